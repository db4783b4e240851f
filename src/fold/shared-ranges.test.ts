import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareText } from '../report/compare-text.ts'
import { shareRanges } from './shared-ranges.ts'

const key = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\u{1f600}', '\uffff'), maxLength: 3 })

test('S2 counters of ranges that are read once are those of each range by itself', () => {
  const range = fc.record({ from: key, to: key })
  fc.assert(
    fc.property(fc.uniqueArray(key), fc.array(range, { maxLength: 6 }), (keys, asked) => {
      const all = keys.map((sort) => ({ sort, values: [1n] })).sort((a, b) => compareText(a.sort, b.sort))
      const within = ({ from, to }: { from: string; to: string }) =>
        all.filter(({ sort }) => compareText(from, sort) <= 0 && compareText(sort, to) < 0)
      const shared = shareRanges(asked)
      const found = shared.counters(shared.ranges.map(within))
      // A range whose end is before its start holds nothing, however it is read.
      expect(found.map((each) => each.map(({ sort }) => sort))).toEqual(
        asked.map((each) => within(each).map(({ sort }) => sort)),
      )
    }),
    { numRuns: 2_000 },
  )
})

test('of ranges that are within another only the other is read, and of equal ones one', () => {
  const range = (from: string, to: string) => ({ from, to })
  const [day, all, other] = [range('c', 'd'), range('a', 'z'), range('0', '1')]
  expect(shareRanges([day, range('b', 'e'), other, all]).ranges).toEqual([all, other])
  expect(shareRanges([day, day, day]).ranges).toEqual([day])
  expect(shareRanges([]).ranges).toEqual([])
})
