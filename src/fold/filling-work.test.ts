import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shareOf } from './filling-work.ts'

test('the share is of rows that are read and counters that are given; unknown where the planner knows nothing', () => {
  expect(shareOf({ rows: 0, of: 0, given: 0, waiting: 0 })).toBeNull()
  expect(shareOf({ rows: 5, of: 0, given: 0, waiting: 5 })).toBeNull()
  expect(shareOf({ rows: 0, of: 100, given: 0, waiting: 0 })).toBe(0)
  // Few counters of many rows: the rows alone count.
  expect(shareOf({ rows: 500_000, of: 1_000_000, given: 0, waiting: 50 })).toBeCloseTo(0.5, 2)
  // As many counters as rows: most is still to be done once all are read.
  expect(shareOf({ rows: 1_000, of: 1_000, given: 0, waiting: 1_000 })).toBeLessThan(0.1)
  expect(shareOf({ rows: 1_000, of: 1_000, given: 500, waiting: 500 })).toBeCloseTo(0.545, 2)
  expect(shareOf({ rows: 1_000, of: 1_000, given: 1_000, waiting: 0 })).toBe(1)
})

test('the share is from 0 to 1, and rises with each counter that is given', () => {
  const amount = fc.integer({ min: 1, max: 1_000_000 })
  fc.assert(
    fc.property(amount, amount, amount, fc.nat(1_000_000), (rows, of, waiting, given) => {
      const before = shareOf({ rows, of, given, waiting }) as number
      const after = shareOf({ rows, of, given: given + waiting, waiting: 0 }) as number
      expect(before).toBeGreaterThanOrEqual(0)
      expect(after).toBeGreaterThan(before)
      expect(after).toBeLessThanOrEqual(1 + 1e-9)
    }),
  )
})
