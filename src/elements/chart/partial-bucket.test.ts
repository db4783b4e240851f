import { expect, test } from 'vitest'
import type { Grain } from './grain.ts'
import { partialTest } from './partial-bucket.ts'

const isPartial = (bucket: string, grain: Grain | undefined, asOf: string | null, timeZone: string) =>
  partialTest(grain, asOf, timeZone)(bucket)

test('a bucket is partial from its beginning to just before its end, by the zone of the rows', () => {
  const at = '2026-11-22T23:30:00Z'
  expect(isPartial('2026-11-22', 'day', at, 'UTC')).toBe(true)
  expect(isPartial('2026-11-22', 'day', at, 'Europe/Berlin')).toBe(false)
  expect(isPartial('2026-11-23', 'day', at, 'Europe/Berlin')).toBe(true)
})

test.each([
  ['week', '2026-11-16', true],
  ['week', '2026-11-09', false],
  ['month', '2026-11-01', true],
  ['month', '2026-10-01', false],
  ['quarter', '2026-10-01', true],
  ['quarter', '2026-07-01', false],
  ['year', '2026-01-01', true],
  ['year', '2025-01-01', false],
] as const)('of a %s from %s it is %s', (grain, bucket, partial) => {
  expect(isPartial(bucket, grain, '2026-11-22T10:00:00Z', 'UTC')).toBe(partial)
})

test('the last month ends where the next begins, whatever its length', () => {
  expect(isPartial('2026-01-01', 'month', '2026-01-31T23:59:59Z', 'UTC')).toBe(true)
  expect(isPartial('2026-01-01', 'month', '2026-02-01T00:00:00Z', 'UTC')).toBe(false)
  expect(isPartial('2026-12-01', 'month', '2026-12-31T12:00:00Z', 'UTC')).toBe(true)
})

test('an hour is partial by its instants, also where clocks go back', () => {
  expect(isPartial('2026-10-25T00:00:00Z', 'hour', '2026-10-25T00:59:59Z', 'Europe/Berlin')).toBe(true)
  expect(isPartial('2026-10-25T00:00:00Z', 'hour', '2026-10-25T01:00:00Z', 'Europe/Berlin')).toBe(false)
})

test('nothing is partial where it is not known how current the rows are, or how long a bucket is', () => {
  expect(isPartial('2026-11-22', 'day', null, 'UTC')).toBe(false)
  expect(isPartial('2026-11-22', undefined, '2026-11-22T10:00:00Z', 'UTC')).toBe(false)
})
