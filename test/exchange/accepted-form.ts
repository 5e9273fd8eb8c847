import t from 'tap'
import { acceptedForm } from '../../lib/exchange/accepted-form.js'

const firefox = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'

for (const [what, accept, form] of [
  ['no Accept', undefined, 'text'],
  ['an empty Accept', '', 'text'],
  ['anything, as curl has it', '*/*', 'text'],
  ['a browser', firefox, 'html'],
  ['JSON alone', 'application/json', 'json'],
  ['JSON of any kind', 'application/*', 'json'],
  ['JSON first, then anything', 'application/json, text/plain, */*', 'json'],
  ['JSON in a charset', 'application/json; charset=utf-8', 'json'],
  ['a problem', 'application/problem+json', 'problem'],
  ['a problem before JSON', 'application/problem+json, application/json', 'problem'],
  ['JSON before a problem', 'application/json, application/problem+json', 'json'],
  ['text of any kind', 'text/*', 'text'],
  ['HTML before text', 'text/html, text/plain', 'html'],
  ['text before HTML', 'text/plain, text/html', 'text'],
  ['the greater weight', 'text/html;q=0.4, application/json;q=0.5', 'json'],
  ['weights in their order, not in that of the list', 'text/plain;q=0.1, text/html;q=0.9', 'html'],
  ['a named form before a wildcard of the same weight', '*/*, text/html', 'html'],
  ['a weight behind other parameters', 'text/html;level=1;q=0.1, application/json;q=0.2', 'json'],
  ['names and weights in capitals', 'TEXT/HTML;Q=0.5, Application/JSON;Q=1.0', 'json'],
  ['blanks anywhere', ' text/html \t; q=0.5 ,\tapplication/json ', 'json'],
  ['text excluded', 'text/plain;q=0, */*', 'json'],
  ['text and JSON excluded', 'text/plain;q=0, application/*;q=0.000, */*', 'html'],
  ['the exact range decides, whatever the wildcard says', 'text/html;q=0.1, text/*;q=0.9', 'text'],
  ['everything excluded', '*/*;q=0', 'text'],
  ['nothing that there is', 'image/png, application/xml', 'text'],
  ['a weight that is none', 'text/html;q=x, application/json;q=0.1', 'json'],
  ['a weight over 1', 'text/html;q=1.5, application/json;q=0.1', 'json'],
  ['a weight under 0', 'text/html;q=-1', 'text'],
  ['a comma and a semicolon in quotes', 'text/html;a="x,y;q=0.1";q=0.9, application/json;q=0.5', 'html'],
  ['an escaped quote in quotes', 'text/html;a="\\",application/json,";q=0.2, application/json;q=0.1', 'html'],
  ['a quote that never ends', 'application/json, text/html;a=", text/plain', 'json'],
  ['empty elements', ',,text/html,,', 'html'],
  ['names of what every object has', 'constructor, __proto__/*', 'text'],
] as const) {
  t.test(`${what} gets ${form} (RFC 9110 section 12.5.1)`, (t) => {
    t.equal(acceptedForm(accept), form)
    t.end()
  })
}

/** An element that nobody has, 50 characters long with its comma. */
const filler = `a/b;${'c'.repeat(45)},`

for (const [what, accept, form] of [
  ['what is behind 1024 characters', `${filler.repeat(21)}text/html`, 'text'],
  ['what is before', `text/html,${filler.repeat(21)}`, 'html'],
  ['what ends before', `${filler.repeat(20)}text/html;q=0.5,text/plain;q=0.4`, 'html'],
  // The weight would be cut off, and with it what it excludes.
  ['what is cut', `${filler.repeat(20)}${' '.repeat(14)}text/html;q=0,text/plain`, 'text'],
  ['an element without end', 'text/html'.padEnd(2000, ';a=b'), 'text'],
  ['the 32nd element', `${'a/b,'.repeat(31)},,text/html`, 'html'],
  ['the 33rd element', `${'a/b,'.repeat(32)},,text/html`, 'text'],
] as const) {
  t.test(`of an Accept that no browser sends, ${what} gets ${form}`, (t) => {
    t.equal(acceptedForm(accept), form)
    t.end()
  })
}
