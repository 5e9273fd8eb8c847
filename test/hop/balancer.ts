import t from 'tap'
import { originsWith } from '../../fixtures/hop-room.js'
import { Balancer } from '../../lib/hop/balancer.js'
import type { Origin } from '../../lib/routes/route.js'

const all = (): boolean => true

/** The origins of `turns` turns by their letters: a for the first, b for the second. */
function turns(balancer: Balancer, turns: number, usable: (letter: string) => boolean = all): string {
  const letter = (origin: Origin | undefined): string =>
    origin === undefined ? '-' : String.fromCharCode(96 + origin.port)
  return Array.from({ length: turns }, () => letter(balancer.next((one) => usable(letter(one))))).join('')
}

for (const [what, origins, order] of [
  ['of equal weight', ['', '', ''], 'abcabc'],
  ['with weights of 3 and 1', ['weight=3', 'weight=1'], 'aabaaaba'],
  ['with weights of 5, 1 and 1', ['weight=5', 'weight=1', 'weight=1'], 'aabacaaaabacaa'],
  ['of which one is a backup', ['', 'backup', ''], 'acacac'],
  ['that are backups all', ['backup', 'backup weight=2'], 'babbab'],
] as const) {
  t.test(`origins ${what} take turns smoothly: ${order}`, (t) => {
    t.equal(turns(new Balancer(originsWith(...origins)), order.length), order)
    t.end()
  })
}

for (const [what, origins, out, order] of [
  ['one of three is passed over', ['', '', ''], 'b', 'acacac'],
  ['a backup serves while all others are out', ['', 'backup', ''], 'ac', 'bbb'],
  ['a backup does not serve while one other is usable', ['', 'backup', ''], 'a', 'ccc'],
  ['backups have their weights, too', ['', 'backup weight=2', 'backup'], 'a', 'bcbbcb'],
  ['none is usable', ['', 'backup'], 'ab', '---'],
] as const) {
  t.test(`where ${what} the order is ${order}`, (t) => {
    const balancer = new Balancer(originsWith(...origins))
    t.equal(
      turns(balancer, order.length, (letter) => !out.includes(letter)),
      order,
    )
    t.end()
  })
}

t.test('over 400 turns weights of 3 and 1 come out as exactly 300 and 100', (t) => {
  const order = turns(new Balancer(originsWith('weight=3', 'weight=1')), 400)
  t.equal(order.replaceAll('b', '').length, 300)
  t.end()
})

t.test('an origin that was out for long takes its share again, and does not make up for it', (t) => {
  const balancer = new Balancer(originsWith('', ''))
  turns(balancer, 101, (letter) => letter === 'a')
  t.match(turns(balancer, 6), /^(?:ab|ba){3}$/)
  t.end()
})
