import { expect, test } from 'vitest'
import { calendarParts } from './calendar-parts.ts'

test('an instant is taken apart as the calendar of its zone has it', () => {
  expect(calendarParts('2026-11-22T12:00:00Z', 'Pacific/Auckland')).toMatchObject({ day: 23, hour: 1 })
  expect(calendarParts('2026-01-01T07:59:59Z', 'America/Los_Angeles')).toMatchObject({
    year: 2025,
    month: 12,
    day: 31,
    hour: 23,
  })
  expect(calendarParts('2026-11-22T00:00:00Z', 'Asia/Kolkata')).toMatchObject({ hour: 5 })
  expect(calendarParts('1970-01-03', 'UTC')).toEqual({ year: 1970, month: 1, day: 3, hour: 0, days: 2 })
})
