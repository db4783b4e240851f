import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareText } from '../report/compare-text.ts'
import { rangeUnder } from '../rollup/key-range.ts'
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

test('ranges that meet are read as one, and others by themselves', () => {
  const range = (from: string, to: string) => ({ from, to })
  const [day, all, other] = [range('c', 'd'), range('a', 'z'), range('0', '1')]
  expect(shareRanges([day, range('b', 'e'), other, all]).ranges).toEqual([other, all])
  expect(shareRanges([range('d', 'f'), day, range('g', 'h')]).ranges).toEqual([range('c', 'f'), range('g', 'h')])
  expect(shareRanges([day, day, day]).ranges).toEqual([day])
  expect(shareRanges([]).ranges).toEqual([])
})

test('what a flow has from a day on is read with what it has in all', () => {
  const since = (flow: number) => ({ ...rangeUnder(`${flow}c`), from: `${flow}c\u00012026-01-01` })
  const together = (flow: number) => ({ from: since(flow).from, to: rangeUnder(`${flow}t`).to })
  const asked = [rangeUnder('0t'), since(0), rangeUnder('1t'), since(1), since(10), rangeUnder('10t')]
  expect(shareRanges(asked).ranges).toEqual([together(0), together(10), together(1)])
  expect(shareRanges([since(1), rangeUnder('10t'), rangeUnder('2t')]).ranges).toHaveLength(3)
})
