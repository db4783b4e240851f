import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareText } from '../../report/compare-text.ts'
import { counterOf, counterSortKey, isLong, queryBounds } from './counter-key.ts'

const character = fc.constantFrom('\u0001', ' ', '#', '%', 'a', 'b', 'é', '\ud7ff', '\uffff', '\u{10000}', '\u{10ffff}')
const text = fc.oneof(
  fc.string({ unit: character, maxLength: 4 }),
  fc
    .tuple(character, fc.integer({ min: 226, max: 234 }), fc.string({ unit: character, maxLength: 5 }))
    .map(([c, length, more]) => c.repeat(length) + more),
)
const bytes = (value: string): Buffer => Buffer.from(value)

test('T6 a key has one item for each part, and no other has the same', () => {
  fc.assert(
    fc.property(text, text, fc.nat(12), fc.nat(12), (a, b, i, j) => {
      const key = counterSortKey(a, i)
      expect(bytes(key).length).toBeLessThanOrEqual(1_024)
      expect(key === counterSortKey(b, j)).toBe(a === b && i === j)
      expect(counterOf(key, isLong(a) ? a : undefined)).toEqual({ sort: a, part: i })
    }),
  )
})

test('S2 a query finds every part of each counter of its range, and of no short one beyond it', () => {
  fc.assert(
    fc.property(text, text, text, fc.nat(3), (from, to, sort, part) => {
      const bounds = queryBounds({ from, to })
      const key = bytes(counterSortKey(sort, part))
      const isFound =
        bounds !== undefined &&
        Buffer.compare(bytes(bounds.from), key) <= 0 &&
        Buffer.compare(key, bytes(bounds.to)) <= 0
      const isWithin = compareText(from, sort) <= 0 && compareText(sort, to) < 0
      if (isWithin) expect(isFound).toBe(true)
      else if (![from, to, sort].some(isLong) && sort !== to) expect(isFound).toBe(false)
    }),
    { numRuns: 2_000 },
  )
})
