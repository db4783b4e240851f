import { expect, test } from 'vitest'
import { bigint, date, decimal, enumOf, nullable, text, timestamp, uuid } from '../report/column.ts'
import { count } from '../report/measure.ts'
import { given, month } from '../report/period.ts'
import { report } from '../report/report.ts'
import { source } from '../report/source.ts'
import { sql } from '../report/sql.ts'
import { sqlReport } from '../report/sql-report.ts'
import { parameterTexts } from './compile-sql-report.ts'
import { sampleGiven, sampleReading } from './sample.ts'

const trips = source('trip', {
  columns: { id: bigint(), tenant: text(), day: date() },
  key: 'id',
  tenant: 'tenant',
})
const tenant = { id: 'a', timeZone: 'Pacific/Kiritimati' }
const reading = (period: object, retain?: string) =>
  sampleReading(
    report({
      name: 'trips',
      permission: 'p',
      from: trips,
      time: { column: trips.day },
      period: period as never,
      measures: { trips: count() },
      ...(retain === undefined ? {} : { retain }),
    }),
    tenant,
  )

test.each([
  ['one period', { period: given('from', 'to') }],
  ['periods that share a day', { a: given('from', 'between'), b: given('between', 'to') }],
  [
    'one that begins where the other ends, named the other way round',
    { b: given('between', 'to'), a: given('from', 'between') },
  ],
  ['periods with the same end', { a: given('x', 'to'), b: given('y', 'to'), c: given('x', 'y'), d: month() }],
])('%s: every end is later than its beginning', (_, periods) => {
  const { periods: resolved } = reading('period' in periods ? periods.period : periods)
  for (const { days } of resolved) expect(days && days.from < days.to).toBe(true)
})

test('the days are within the shortest `retain`', () => {
  expect(() => reading(given('from', 'to'), '1d')).not.toThrow()
})

test('a raw report takes a value of each kind', () => {
  const params = {
    text: text(),
    uuid: uuid(),
    date: date(),
    bigint: bigint(),
    decimal: decimal({ scale: 3 }),
    timestamp: timestamp(),
    channel: enumOf('app'),
    none: nullable(text()),
  }
  const raw = sqlReport({
    name: 'raw',
    permission: 'p',
    params,
    row: { id: bigint() },
    sql: (places) =>
      Object.values(places).reduce(
        (text, place) => sql`${text} and ${place} is not null`,
        sql`select id from ${trips} where true`,
      ),
  })
  expect(Object.keys(parameterTexts(raw, sampleGiven(raw), {}))).toEqual(Object.keys(params))
})
