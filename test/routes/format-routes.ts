import t from 'tap'
import { formatRoutes } from '../../lib/routes/format-routes.js'

/** What `before` is formatted to; `after` stays as it is. */
function becomes(name: string, before: string, after: string): void {
  t.test(name, (t) => {
    t.equal(formatRoutes(before), after)
    t.equal(formatRoutes(after), after, 'a formatted text stays')
    t.end()
  })
}

becomes(
  'the example of ROUTES.md',
  `set API=:4000
defaults connect=3s response=30s

app.localhost               -> :5173                           name=web
app.localhost/api           -> \${API}                          name=api strip
app.localhost/api/health$   -> 200 "ok"
*.app.localhost             -> :5173  req:X-Tenant=\${host.1}
POST,PUT app.localhost/api/uploads -> \${API}  name=up stall=5m max-body=2g
app.localhost/api header:X-Canary=1 -> :4001                   name=canary strip
shop.test,www.shop.test     name=shop
   -> :5001 weight=9
   -> :5002 weight=1
   res:-Server
files.test                  -> unix:/run/files.sock
pay.test/v1                 -> https://api.pay.example         host=origin prefix=/sandbox/v1
old.test/docs               -> 308 https://new.test/manual\${rest}\${query}
*                           -> 404 "no such route"

? GET http://app.localhost/api/x                     => api
? GET http://app.localhost/apix                      => web
? GET http://app.localhost/api/x header:X-Canary=1   => canary
? GET http://old.test/docs/a                         => 308 https://new.test/manual/a
`,
  `set API=:4000
defaults connect=3s response=30s

app.localhost                       -> :5173                    name=web
app.localhost/api                   -> \${API}                   name=api strip
app.localhost/api/health$           -> 200 "ok"
*.app.localhost                     -> :5173                    req:X-Tenant=\${host.1}
POST,PUT app.localhost/api/uploads  -> \${API}                   name=up stall=5m max-body=2g
app.localhost/api header:X-Canary=1 -> :4001                    name=canary strip
shop.test,www.shop.test             name=shop
   -> :5001 weight=9
   -> :5002 weight=1
   res:-Server
files.test                          -> unix:/run/files.sock
pay.test/v1                         -> https://api.pay.example  host=origin prefix=/sandbox/v1
old.test/docs                       -> 308 https://new.test/manual\${rest}\${query}
*                                   -> 404 "no such route"

? GET http://app.localhost/api/x                   => api
? GET http://app.localhost/apix                    => web
? GET http://app.localhost/api/x header:X-Canary=1 => canary
? GET http://old.test/docs/a                       => 308 https://new.test/manual/a
`,
)

becomes(
  'columns end at a blank line and at a line that is a comment alone',
  'a -> :1 strip\nlong.test -> :1 strip\n\na -> :1  strip\n# of b\nlong.test -> :22 strip\n  \nb  ->  :1\n',
  'a         -> :1  strip\nlong.test -> :1  strip\n\na -> :1  strip\n# of b\nlong.test -> :22  strip\n\nb -> :1\n',
)

becomes(
  'quotes, escapes, variables and hashes in tokens stay as they are written',
  String.raw`a"b  c"	->   200   "say \"hi\"\n # \x"   name=${'${N:-x  y}'}  res:X="${'${X}'}"#1 #2`,
  String.raw`a"b  c" -> 200 "say \"hi\"\n # \x"  name=${'${N:-x'} y} res:X="${'${X}'}"#1  #2
`,
)

becomes(
  'an answer, a redirect and options of origins stand with their target, options of the route behind them',
  `a -> 200 ok strip
a -> 308 /x?a=b name=x
a -> \${CODE} "x" name=x
a name=x -> :1 weight=2 -> :2 backup name=y weight=3
a -> name=x
a -> 308 name=x
a -> :1 -> 
`,
  `a        -> 200 ok                    strip
a        -> 308 /x?a=b                name=x
a        -> \${CODE} "x"               name=x
a name=x -> :1 weight=2 -> :2 backup  name=y weight=3
a        -> name=x
a        -> 308                       name=x
a        -> :1 ->
`,
)

becomes(
  'a cell of more than 60 characters pushes no other',
  `a -> :1 strip
${'b'.repeat(60)} -> :1 strip
${'c'.repeat(61)} -> :1 strip # c
d -> unix:/${'d'.repeat(60)} strip
`,
  `a${' '.repeat(60)}-> :1  strip
${'b'.repeat(60)} -> :1  strip
${'c'.repeat(61)} -> :1  strip  # c
d${' '.repeat(60)}-> unix:/${'d'.repeat(60)}  strip
`,
)

becomes(
  'lines that continue a route are indented by three blanks, and so are comments between them',
  `long.test/with/path name=x
\t->  :1 weight=1
# first

      # second
 strip
  \t# third
a -> :1
  -> :2
  # end
b -> :1
`,
  `long.test/with/path name=x
   -> :1 weight=1
# first

   # second
   strip
   # third
a -> :1
   -> :2
   # end
b -> :1
`,
)

becomes(
  'comments behind a line of a block stand below each other',
  `set A=1 # one
a -> :1 #two
b.test
  -> :2   \t# three \t
${'c'.repeat(96)} -> :3 # four
d -> :4

e -> :5 #
`,
  `set A=1   # one
a -> :1   #two
b.test
   -> :2  # three
${'c'.repeat(96)} -> :3  # four
d -> :4

e -> :5  #
`,
)

becomes(
  'set, include, defaults and tests have one blank between their tokens',
  'set  A="1  2"\n include x\nset\tB=1\n   include\t"a  b"\ninclude  a\ndefaults   strip\tname=x\n?  GET\thttp://a/  =>  x\n? => y\n?  z "=>"\n',
  'set A="1  2"\n   include x\nset B=1\n   include "a  b"\ninclude a\ndefaults strip name=x\n? GET http://a/ => x\n?               => y\n? z "=>"\n',
)

becomes(
  'what says nothing known stays as it is, without the blanks at its end',
  '  indented   first \na.test   :3000 \t\n  and   more\nb   "open   \n  ->   :1\nc ->   "open\n\t-> :1\n"set"  A=1\nd\n',
  '  indented   first\na.test   :3000\n  and   more\nb   "open\n  ->   :1\nc ->   "open\n\t-> :1\n"set"  A=1\nd\n',
)

becomes(
  'a broken line that continues a route stays, and the others do not',
  'a\n  -> :1  \n  "x   \n  strip\n',
  'a\n   -> :1\n  "x\n   strip\n',
)

becomes(
  'a statement that gets an arrow far below is a route',
  'a   b\n\n# x\n\n  name=x\n  ->  :1\n',
  'a b\n\n# x\n\n   name=x\n   -> :1\n',
)

for (const [what, before, after] of [
  ['nothing', '', ''],
  ['blank lines', '\n \n\t\r\n', ''],
  ['a byte order mark alone', '\ufeff', ''],
  ['blank lines around', '\n\n# x\n\n\n \n# y\n\n', '# x\n\n# y\n'],
  ['no line end at the end', 'a -> :1', 'a -> :1\n'],
  ['a byte order mark and CR LF', '\ufeffa -> :1\r\n\r\n# x\r\n', 'a -> :1\n\n# x\n'],
  ['comments that end in blanks and CR', '# x \r\r\n#\t\r \r\na -> :1 #x\r\r\n', '# x\n#\na -> :1  #x\n'],
] as const) {
  becomes(`line ends, blank lines and marks: ${what}`, before, after)
}

for (const [what, before, after] of [
  ['a carriage return at the end of a token', 'a -> :1\r\r\n', 'a -> :1\r\r\n'],
  ['a carriage return as a token', 'a -> :1 \r\r\n', 'a -> :1  \r\r\n'],
  ['a carriage return at the end of the text', 'a -> :1\r', 'a -> :1\r\r\n'],
  ['a byte order mark within a token at the front', '\ufeff\n\n\ufeffa -> :1', '\ufeff\ufeffa -> :1\n'],
  ['blanks that are none', 'a\u{a0} -> :1\v\n', 'a\u{a0} -> :1\v\n'],
  ['characters of two halves', '\u{1f682} -> :1\nab -> :2 #\n', '\u{1f682}  -> :1\nab -> :2  #\n'],
] as const) {
  becomes(`what belongs to a token stays: ${what}`, before, after)
}

t.test('a text that would become too long is refused', (t) => {
  const text = `${'a'.repeat(60)} -> :1\n${'b->\n -> :1\nb -> :1\n'.repeat(20)}`
  const { length } = formatRoutes(text)
  t.ok(length > 3 * text.length)
  t.equal(formatRoutes(text, length).length, length)
  t.throws(() => formatRoutes(text, length - 1), RangeError)
  t.end()
})

t.test('a long run of lines is aligned in pieces of 10,000', (t) => {
  const lines = formatRoutes(`${'a -> :1\n'.repeat(10_000)}${'long -> :1\n'.repeat(2)}a -> :1\n`).split('\n')
  t.equal(lines.length, 10_004)
  t.strictSame(new Set(lines.slice(0, 10_000)), new Set(['a -> :1']))
  t.strictSame(lines.slice(10_000), ['long -> :1', 'long -> :1', 'a    -> :1', ''])
  t.end()
})
