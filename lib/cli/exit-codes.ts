/** What the exit codes mean; the man page is checked against this table. */
export const exitCodes = {
  fine: { code: 0, text: 'it did what it was asked to; a drain that cut exchanges at its deadline did, too' },
  failed: {
    code: 1,
    text: 'a check failed, no gateway told its status, or a second signal ended the gateway before its exchanges were',
  },
  usage: { code: 2, text: 'the command line or the routes are wrong' },
  listen: { code: 3, text: 'an address cannot be listened on' },
} as const

/** Ends a command with an exit code and a message that needs no stack trace. */
export class CommandError extends Error {
  readonly exitCode: number

  constructor(exitCode: number, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}
