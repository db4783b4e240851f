import fc from 'fast-check'
import { expect, test } from 'vitest'
import { marksPerItem } from './item-keys.ts'
import { type GroupMarks, type Mark, noMarks, pack, unpack, withChanged, withNew, without } from './packed-marks.ts'

/** What happens to a group; a batch is of some of 12 builds, and `by` further than the last. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ touch: fc.uniqueArray(fc.nat(11)), by: fc.bigInt(1n, 2n ** 40n) }) },
  { weight: 1, arbitrary: fc.record({ touch: fc.uniqueArray(fc.nat(11)), by: fc.constant(0n) }) },
  { weight: 1, arbitrary: fc.record({ make: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ remove: fc.nat(11) }) },
)

/** Of a build, the ends of all batches that changed it; undefined of what is gone. */
type Told = (readonly bigint[] | undefined)[]

test('S2 a group tells of each build when it changed, as of the last two batches, and of the one before unless both changed it', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let group: GroupMarks = noMarks
      const told: Told = []
      const ends = [0n]
      for (const each of steps) {
        if ('make' in each) {
          const places = Array.from({ length: each.make }, (_, index) => told.length + index)
          group = withNew(group, places)
          for (const _ of places) told.push([0n])
        } else if ('remove' in each) {
          group = without(group, [each.remove])
          if (told.length > each.remove) told[each.remove] = undefined
        } else {
          const to = (ends.at(-1) as bigint) + each.by
          if (to === 0n) continue
          if (each.by > 0n) ends.push(to)
          group = withChanged(group, each.touch, to)
          for (const place of each.touch) {
            const known = told[place]
            if (known !== undefined && known.at(-1) !== to) told[place] = [...known, to]
          }
        }
        group = unpack(pack(group), group.at, group.before)
        expect(group.marks).toHaveLength(told.length)
        for (const [place, known] of told.entries()) expectTold(group.marks[place], known, ends.slice(-3))
      }
    }),
    { numRuns: 500 },
  )
})

/** At each of the ends, the oldest first, the mark tells the last change that was not after it, or that it does not know. */
function expectTold(mark: Mark | undefined, known: readonly bigint[] | undefined, ends: readonly bigint[]): void {
  expect(mark === undefined).toBe(known === undefined)
  if (mark === undefined || known === undefined) return
  expect(mark.current).toBe(known.at(-1))
  for (const end of ends) {
    const seen = mark.current <= end ? mark.current : mark.former <= end ? mark.former : undefined
    const isKnown = known.length - 1 - known.findLastIndex((each) => each <= end) < 2
    expect(seen).toBe(isKnown ? known.findLast((each) => each <= end) : undefined)
  }
}

test('a group of builds that changed within the last 30 gigabytes of log takes less than a kilobyte', () => {
  const at = 2n ** 63n
  const marks = Array.from({ length: marksPerItem }, (_, place): Mark => {
    const current = at - 30n * 2n ** 30n - BigInt(place)
    return { current, former: current }
  })
  const names = 's#main#changed'.length + 'pk'.length + 'sk'.length + 'pqvm'.length
  const numbers = 4 + 11 + 11 + 6
  expect(pack({ at, before: at - 1n, marks }).length + names + numbers).toBeLessThanOrEqual(1_024)
})

test('a group whose every build changes each time takes two bits of each', () => {
  const places = Array.from({ length: marksPerItem }, (_, place) => place)
  let group = withNew(noMarks, places)
  for (const to of [5n, 9n, 2n ** 50n]) group = withChanged(group, places, to)
  expect(pack(group).length).toBe(2 + marksPerItem / 4)
})
