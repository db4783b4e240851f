import { describe, expect, test } from 'vitest'
import { refusalWith } from '../../test/report/definition.ts'
import { bookings, findings } from '../../test/report/sources.ts'
import { count } from './measure.ts'
import { lastDays } from './period.ts'

const { firstSeenAt, resolvedAt, foundOn, asset } = findings
const at = (column: unknown) => ({ n: count({ at: column as never }) })
const neither = 'says what a period and a grain look at, and the report has neither'
const needed = 'a report with a period or a grain needs a time column: here, or as `time.column`'
const zone = 'expected UTC or an Area/Location name of the IANA database, such as "Europe/Berlin", or "tenant"'

describe('a report whose time does not fit is refused', () => {
  test.each<[string, object, string]>([
    ['time for nothing', { time: { column: firstSeenAt } }, `time: ${neither}`],
    ['a zone for nothing', { time: { timeZone: 'UTC' } }, `time: ${neither}`],
    ['a measure’s time for nothing', { measures: at(firstSeenAt) }, `measures.n.at: ${neither}`],
    ['a period without time', { period: lastDays(1) }, `measures.n.at: ${needed}`],
    ['a grain without time', { time: { grain: 'day' } }, `measures.n.at: ${needed}`],
    [
      'a measure without time',
      { period: lastDays(1), measures: { n: count({ at: firstSeenAt }), m: count() } },
      `measures.m.at: ${needed}`,
    ],
    [
      'text',
      { time: { column: asset }, period: lastDays(1) },
      'time.column: expected a timestamp or a date, and "asset" is text',
    ],
    [
      'text, of a measure',
      { measures: at(asset), period: lastDays(1) },
      'measures.n.at: expected a timestamp or a date, and "asset" is text',
    ],
    [
      'the name of a column',
      { time: { column: 'firstSeenAt' }, period: lastDays(1) },
      'time.column: expected a column of the source',
    ],
    ['null', { time: { column: null }, period: lastDays(1) }, 'time.column: expected a column of the source'],
    [
      'a column of another table',
      { time: { column: bookings.bookedOn }, period: lastDays(1) },
      'time.column: "bookedOn" of "booking" is no column of the report\'s source "finding"',
    ],
    [
      'a column of another table, of a measure',
      { measures: at(bookings.bookedOn), period: lastDays(1) },
      'measures.n.at: "bookedOn" of "booking" is no column of the report\'s source "finding"',
    ],
    [
      'hours of days',
      { time: { column: foundOn, grain: 'hour' } },
      'time.grain: a day has no hours, and "foundOn" is a date',
    ],
    [
      'hours of a mixture',
      { time: { column: firstSeenAt, grain: 'hour' }, measures: { n: count(), m: count({ at: foundOn }) } },
      'time.grain: a day has no hours, and "foundOn" is a date',
    ],
    [
      'another grain',
      { time: { column: firstSeenAt, grain: 'minute' } },
      'time.grain: expected one of hour, day, week, month, quarter, year',
    ],
    [
      'an inherited grain',
      { time: { column: firstSeenAt, grain: 'toString' } },
      'time.grain: expected one of hour, day, week, month, quarter, year',
    ],
    [
      'a misspelt zone of days',
      { time: { column: firstSeenAt, grain: 'day', timezone: 'UTC' } },
      'time.timezone: expected one of column, grain, timeZone',
    ],
    ['a grain alone', { time: 'day', period: lastDays(1) }, 'time.0: expected one of column, grain, timeZone'],
    ['an abbreviated zone', { time: { column: firstSeenAt, grain: 'day', timeZone: 'CET' } }, `time.timeZone: ${zone}`],
    [
      'an unknown zone',
      { time: { column: firstSeenAt, grain: 'day', timeZone: 'Europe/Berln' } },
      `time.timeZone: ${zone}`,
    ],
    ['an offset', { time: { column: firstSeenAt, grain: 'day', timeZone: '+01:00' } }, `time.timeZone: ${zone}`],
  ])('%s', (_, members, message) => {
    expect(refusalWith(members)).toBe(message)
  })

  test.each<[string, object]>([
    ['a period of its measures’ own times', { measures: at(resolvedAt), period: lastDays(1) }],
    ['a grain without a period', { time: { column: firstSeenAt, grain: 'hour' } }],
    [
      'days of days and of instants',
      { time: { column: foundOn, grain: 'day' }, measures: { n: count(), m: count({ at: resolvedAt }) } },
    ],
    ['UTC', { time: { column: firstSeenAt, grain: 'day', timeZone: 'UTC' } }],
    ['the tenant’s zone', { time: { column: firstSeenAt, timeZone: 'tenant' }, period: lastDays(1) }],
  ])('but not %s', (_, members) => {
    expect(refusalWith(members)).toBeUndefined()
  })
})
