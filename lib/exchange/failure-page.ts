import { factLines, type FailureFacts } from './failure-facts.js'

const style = `
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 10vh auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.5rem }
dt { opacity: .7 }
dd { margin: 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere }
`

/** What the page may do: show itself in its own style. Nothing is loaded, run, sent or framed. */
export const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** A failure answer for a browser: one page that stands alone. */
export function failurePage(facts: FailureFacts): string {
  const { status, title, sentence, inside } = facts
  const rows = factLines(facts).map(([label, text]) => `<dt>${label}</dt><dd>${escaped(text)}</dd>\n`)
  const toDo = inside === undefined ? '' : `<p><strong>To do:</strong> ${escaped(inside.remedy)}</p>\n`
  const heading = escaped(`${status} ${title}`)
  return (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n' +
    `<title>${heading}</title>\n<style>${style}</style>\n</head>\n<body>\n` +
    `<h1>${heading}</h1>\n<p>railscale: ${escaped(sentence)}</p>\n` +
    `<dl>\n${rows.join('')}</dl>\n${toDo}</body>\n</html>\n`
  )
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => references[char] as string)
}
