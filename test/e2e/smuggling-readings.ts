import t from 'tap'
import { arrivalsOf, meaning, misplaced } from '../../fixtures/smuggling/arrivals.js'
import { smuggledMark, type Attack } from '../../fixtures/smuggling/attack.js'
import { unfinishedBodies } from '../../fixtures/smuggling/body-attacks.js'
import { chunkAttacks } from '../../fixtures/smuggling/chunk-attacks.js'
import { codingAttacks } from '../../fixtures/smuggling/coding-attacks.js'
import { hostAttacks, targetAttacks } from '../../fixtures/smuggling/field-attacks.js'
import { twoFramings } from '../../fixtures/smuggling/framing-attacks.js'
import { lengthAttacks } from '../../fixtures/smuggling/length-attacks.js'
import { lineAttacks } from '../../fixtures/smuggling/line-attacks.js'
import {
  deviations,
  Reading,
  readings,
  strictReading,
  type Deviation,
} from '../../fixtures/smuggling/reading.js'

const attacks = [
  ...[twoFramings, lengthAttacks, codingAttacks, chunkAttacks, lineAttacks],
  ...[hostAttacks, targetAttacks, unfinishedBodies],
].flat()

function understood({ bytes }: Attack, reading: Reading): string {
  return meaning(arrivalsOf(bytes, reading))
}

function understoodInOneWay(attack: Attack): boolean {
  const strictly = understood(attack, strictReading)
  return readings.every((reading) => understood(attack, reading) === strictly)
}

t.test('an origin that has a deviation understands something else than one that has none', (t) => {
  for (const deviation of Object.keys(deviations) as Deviation[]) {
    const reading = new Reading(deviation)
    const misled = attacks.some((attack) => understood(attack, reading) !== understood(attack, strictReading))
    t.ok(misled, deviations[deviation])
  }
  t.end()
})

t.test('every message with two framings is understood in two ways', (t) => {
  t.same(twoFramings.filter(understoodInOneWay), [])
  t.end()
})

t.test('nearly all that is refused would smuggle a request into some origin', (t) => {
  for (const group of [codingAttacks, chunkAttacks]) {
    const refused = group.filter(({ statuses }) => statuses[0] === 400)
    const smuggling = refused.filter(({ bytes }) =>
      readings.some((reading) => misplaced(arrivalsOf(bytes, reading), smuggledMark)),
    )
    t.ok(smuggling.length > 0.9 * refused.length, `${smuggling.length} of ${refused.length}`)
  }
  t.end()
})
