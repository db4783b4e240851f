import { expect, test } from 'vitest'
import { runsOf } from './runs.ts'

test('a missing value ends a run, and zero does not', () => {
  expect(runsOf([1, 0, null, 2, 3, null, null, 4])).toEqual([[0, 1], [3, 4], [7]])
  expect(runsOf([null, null])).toEqual([])
})

test('neighbours that are not next to each other in time are not joined', () => {
  expect(runsOf([1, 2, 3, 4], (before) => before !== 1)).toEqual([
    [0, 1],
    [2, 3],
  ])
})
