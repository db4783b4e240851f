import { expect, test } from 'vitest'
import { answerOf, daysFrom, monthsFrom, timeColumn } from '../../../test/browser/chart-answers.ts'
import type { ColumnDescription } from '../../http/wire.ts'
import { languageOf } from '../messages.ts'
import type { Grain } from './grain.ts'
import { timeTicks } from './time-ticks.ts'

/** Labels for as many ticks as are said to have room. */
function labels(times: readonly (string | undefined)[], grain: Grain | undefined, most: number, more: object = {}) {
  const column = answerOf([timeColumn(grain ?? 'day')], []).columns[0] as ColumnDescription
  const options = { timeZone: 'Europe/Berlin', language: languageOf('en-GB'), ...more }
  const ticks = timeTicks(times, { column, grain, fits: ({ length }) => length <= most, ...options })
  return ticks.map(({ label, context }) => (context === undefined ? label : `${label} / ${context}`))
}

test('days have as many ticks as fit: each, Mondays, every other Monday, months, years', () => {
  const days = daysFrom('2026-10-01', 40)
  expect(labels(days.slice(0, 3), 'day', 10)).toEqual(['1 Oct', '2 Oct', '3 Oct'])
  expect(labels(days, 'day', 10)).toEqual(['5 Oct', '12 Oct', '19 Oct', '26 Oct', '2 Nov', '9 Nov'])
  expect(labels(days, 'day', 4)).toEqual(['5 Oct', '19 Oct', '2 Nov'])
  expect(labels(days, 'day', 2)).toEqual(['1 Oct', '1 Nov'])
  expect(labels(daysFrom('2024-12-30', 400), 'day', 3)).toEqual(['1 Jan / 2025', '1 Jul', '1 Jan / 2026'])
  expect(labels(daysFrom('2024-12-30', 400), 'day', 2)).toEqual(['1 Jan / 2025', '1 Jan / 2026'])
})

test('months are those of the rows, with the year where it begins', () => {
  expect(labels(monthsFrom('2025-11-01', 5), 'month', 9)).toEqual(['Nov / 2025', 'Dec', 'Jan / 2026', 'Feb', 'Mar'])
  expect(labels(monthsFrom('2026-01-01', 3), 'month', 9)).toEqual(['Jan', 'Feb', 'Mar'])
  expect(labels(monthsFrom('2025-06-01', 18), 'month', 7)).toEqual([
    'Jul / 2025',
    'Oct',
    'Jan / 2026',
    'Apr',
    'Jul',
    'Oct',
  ])
})

test('hours are those of the zone, also on the day that has 25', () => {
  const hours = Array.from({ length: 50 }, (_, at) => new Date(Date.UTC(2026, 9, 24, 22 + at)).toISOString())
  expect(labels(hours, 'hour', 9)).toEqual([
    '00:00 / 25 Oct',
    '06:00',
    '12:00',
    '18:00',
    '00:00 / 26 Oct',
    '06:00',
    '12:00',
    '18:00',
    '00:00 / 27 Oct',
  ])
  expect(labels(hours, 'hour', 3)).toEqual(['25 Oct', '26 Oct', '27 Oct'].map((day) => `00:00 / ${day}`))
})

test('a zone half an hour off has ticks at its own hours', () => {
  const hours = Array.from({ length: 5 }, (_, at) => new Date(Date.UTC(2026, 10, 1, 18, 30 + 60 * at)).toISOString())
  expect(labels(hours, 'hour', 9, { timeZone: 'Asia/Kolkata' })[0]).toBe('00:00 / 2 Nov')
})

test('quarters and years are called as values are', () => {
  expect(labels(['2025-10-01', '2026-01-01'], 'quarter', 9)).toEqual(['Q4 2025', 'Q1 2026'])
  expect(labels(['2024-01-01', '2025-01-01', '2026-01-01'], 'year', 2)).toEqual(['2024', '2026'])
})

test('words are of the language', () => {
  expect(labels(['2026-03-02', '2026-03-03'], 'day', 9, { language: languageOf('de') })).toEqual(['2. März', '3. März'])
})

test('where the calendar has no beginnings that fit, ticks stand evenly', () => {
  expect(labels(daysFrom('2026-11-03', 6), 'day', 3)).toEqual(['3 Nov', '5 Nov', '7 Nov'])
  expect(labels(daysFrom('2026-11-03', 9), undefined, 1)).toEqual(['3 Nov'])
})

test('places without a time of their own have no tick', () => {
  const ticks = timeTicks([undefined, '2026-11-02', undefined, '2026-11-09'], {
    column: answerOf([timeColumn('day')], []).columns[0] as ColumnDescription,
    grain: 'day',
    timeZone: 'UTC',
    language: languageOf('en-GB'),
    fits: () => true,
  })
  expect(ticks.map(({ at }) => at)).toEqual([1, 3])
})
