/** Loads what TLS needs, so that no dial has to wait for it. */
export async function loadTls(): Promise<void> {
  await import('undici')
}
