import { expect, test } from 'vitest'
import { type DifferentBuild, toldDifferences } from './told-differences.ts'

const build = (index: number, sort = 'x', digits = 1): DifferentBuild => ({
  ...{ tenant: `tenant ${index}`, report: 'report', repaired: false, counters: 7 },
  first: [{ sort, stored: ['1'.repeat(digits)], rebuilt: ['2'] }],
})

test('few differences are told as they are', () => {
  const few = Array.from({ length: 20 }, (_, index) => build(index))
  expect(toldDifferences(few)).toEqual(few)
})

test('an answer about any number of differences fits what a store holds: 400 KB', () => {
  const many = Array.from({ length: 5_000 }, (_, index) => build(index, '語'.repeat(5_000), 40))
  const told = toldDifferences(many)
  expect(Buffer.byteLength(JSON.stringify(told))).toBeLessThan(380_000)
  expect(told.length).toBeGreaterThan(500)
  expect(told.map(({ tenant }) => tenant)).toEqual(many.slice(0, told.length).map(({ tenant }) => tenant))
  expect(told[0]?.first[0]?.sort).toBe(`${'語'.repeat(200)}…`)
  expect(told.at(-1)?.first).toEqual([])
})
