import { expect, test } from 'vitest'
import { placeTimes } from './place-times.ts'

test('each bucket has a place, and one that is missing leaves its place empty', () => {
  expect(placeTimes(['2026-11-01', '2026-11-02', '2026-11-05'], 'day')).toEqual([0, 1, 4])
  expect(placeTimes(['2026-10-26', '2026-11-09'], 'week')).toEqual([0, 2])
  expect(placeTimes(['2025-11-01', '2026-01-01', '2026-03-01'], 'month')).toEqual([0, 2, 4])
  expect(placeTimes(['2025-10-01', '2026-01-01', '2026-07-01'], 'quarter')).toEqual([0, 1, 3])
  expect(placeTimes(['2020-01-01', '2021-01-01', '2024-01-01'], 'year')).toEqual([0, 1, 4])
  expect(placeTimes([], 'day')).toEqual([])
})

test('a day of 23 or 25 hours has as many places', () => {
  // Berlin's clocks go back at 01:00 UTC.
  const hours = ['2026-10-24T22:00:00Z', '2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z', '2026-10-25T02:00:00Z']
  expect(placeTimes(hours, 'hour')).toEqual([0, 2, 3, 4])
})

test('two buckets half an hour apart have a place each', () => {
  // Lord Howe Island's clocks go back by half an hour.
  const hours = ['2026-04-04T14:00:00Z', '2026-04-04T14:30:00Z', '2026-04-04T15:30:00Z']
  expect(placeTimes(hours, 'hour')).toEqual([0, 1, 2])
})

test('without a grain times are as far apart as they are', () => {
  expect(placeTimes(['2026-11-01', '2026-11-03', '2026-11-08'], undefined)).toEqual([0, 1, 3.5])
  expect(placeTimes(['2026-11-01'], undefined)).toEqual([0])
})
