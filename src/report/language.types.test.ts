import { expectTypeOf, test } from 'vitest'
import { catalog, type ParamsIn, type RowIn } from './catalog.ts'
import { bigint, date, decimal, enumOf, integer, nullable, real, text, timestamp } from './column.ts'
import { growth, ratio, runningTotal, share } from './derived.ts'
import { elapsed, times } from './expression.ts'
import { lookup } from './lookup.ts'
import { avg, count, countDistinct, max, min, percentile, sum } from './measure.ts'
import { given, lastDays, lastMonths, month } from './period.ts'
import { atLeast, not } from './predicate.ts'
import { type ParamsOfReport, type RowOfReport, report } from './report.ts'
import { bySchema, source } from './source.ts'
import { sql } from './sql.ts'
import { sqlReport } from './sql-report.ts'

const findings = source('finding', {
  columns: {
    id: bigint(),
    tenantId: text(),
    asset: text(),
    assetGroup: text(),
    severity: enumOf('critical', 'high', 'low'),
    cvss: nullable(decimal({ scale: 1 })),
    weight: real(),
    firstSeenAt: timestamp(),
    resolvedAt: nullable(timestamp()),
  },
  key: 'id',
  tenant: 'tenantId',
})
const bookings = source('booking', {
  columns: {
    id: bigint(),
    bookedOn: date(),
    arrivesAt: timestamp(),
    nights: integer(),
    rate: decimal({ scale: 2 }),
    status: enumOf('kept', 'canceled'),
  },
  key: 'id',
  tenant: bySchema,
})

const active = report({
  name: 'active-vulnerabilities',
  permission: 'vulnerabilities.read',
  from: findings,
  where: { resolvedAt: null, severity: not('low') },
  dimensions: { severity: findings.severity, group: findings.assetGroup },
  lookup: { group: lookup(findings, 'assetGroup', 'asset') },
  measures: {
    active: count(),
    worst: max(findings.cvss),
    oldest: min(findings.firstSeenAt),
    assets: countDistinct(findings.asset),
    critical: count({ where: { severity: 'critical', cvss: atLeast('7.0') } }),
  },
  derive: { part: share('active'), rate: ratio('critical', 'active') },
  filters: ['group', 'asset'],
  restrict: { group: 'groups' },
  order: { active: 'desc', groupLabel: 'asc' },
})
const trend = report({
  name: 'vulnerability-trend',
  permission: 'vulnerabilities.read',
  from: findings,
  time: { grain: 'day' },
  period: lastDays(60),
  measures: {
    opened: count({ at: findings.firstSeenAt }),
    resolved: count({ at: findings.resolvedAt }),
    hours: avg(elapsed(findings.firstSeenAt, findings.resolvedAt, 'hour'), {
      at: findings.resolvedAt,
      better: 'lower',
    }),
  },
  derive: { active: runningTotal({ add: 'opened', subtract: 'resolved' }), found: runningTotal({ add: 'opened' }) },
})
const comparison = report({
  name: 'booking-comparison',
  permission: 'bookings.read',
  from: bookings,
  time: { column: bookings.bookedOn },
  period: { current: month(), previous: month(-1) },
  measures: { bookings: count(), revenue: sum(times(bookings.rate, bookings.nights)), nights: sum(bookings.nights) },
  derive: { revenueGrowth: growth('revenue'), perNight: ratio('revenue', 'nights') },
})
const between = report({
  name: 'between',
  permission: 'bookings.read',
  from: bookings,
  time: { column: bookings.arrivesAt, grain: 'hour' },
  period: given('from', 'to'),
  measures: { median: percentile(0.5, bookings.nights) },
  filters: ['status'],
})
const channels = sqlReport({
  name: 'revenue-by-status',
  permission: 'bookings.read',
  params: { from: date() },
  row: { status: text(), revenue: nullable(decimal({ scale: 2 })) },
  sql: ({ from }) =>
    sql`select status, sum(rate) as revenue from ${bookings} where booked_on >= ${from} group by status`,
})
const all = catalog([active, trend, comparison, between, channels])

test('the row of a report follows from its columns', () => {
  expectTypeOf<RowOfReport<typeof active>>().toEqualTypeOf<{
    severity: 'critical' | 'high' | 'low' | 'other'
    group: string
    groupLabel: string | null
    active: number
    worst: string | null
    oldest: string | null
    assets: number
    critical: number
    part: string | null
    rate: string | null
  }>()
  expectTypeOf<RowOfReport<typeof trend>>().toEqualTypeOf<{
    time: string
    opened: number
    resolved: number
    hours: string | null
    active: string | number
    found: string | number
  }>()
  expectTypeOf<RowOfReport<typeof comparison>>().toEqualTypeOf<{
    bookings: { current: number; previous: number }
    revenue: { current: string; previous: string }
    nights: { current: string; previous: string }
    revenueGrowth: string | null
    perNight: { current: string | null; previous: string | null }
  }>()
  expectTypeOf<RowIn<typeof all, 'revenue-by-status'>>().toEqualTypeOf<{ status: string; revenue: string | null }>()
})

test('what the reader gives follows from periods and filters', () => {
  expectTypeOf<ParamsOfReport<typeof active>>().toEqualTypeOf<{
    group?: string | readonly string[]
    asset?: string | readonly string[]
  }>()
  expectTypeOf<ParamsIn<typeof all, 'between'>>().toEqualTypeOf<{
    from: string
    to: string
    status?: 'kept' | 'canceled' | 'other' | readonly ('kept' | 'canceled' | 'other')[]
  }>()
  expectTypeOf<ParamsIn<typeof all, 'revenue-by-status'>>().toEqualTypeOf<{ from: string }>()
})

test('misuse does not compile', () => {
  expectTypeOf(misuse).toBeFunction()
})

/** Never run: each line must fail to compile. */
function misuse() {
  const base = { name: 'x', permission: 'p', from: findings } as const
  // @ts-expect-error a source without a tenant does not exist
  source('x', { columns: { id: bigint() }, key: 'id' })
  // @ts-expect-error the tenant is one of the columns
  source('x', { columns: { id: bigint() }, key: 'id', tenant: 'tenantId' })
  // @ts-expect-error a nullable column does not identify a tenant
  source('x', { columns: { id: bigint(), tenantId: nullable(text()) }, key: 'id', tenant: 'tenantId' })
  // @ts-expect-error a float does not identify a tenant
  source('x', { columns: { id: bigint(), tenantId: real() }, key: 'id', tenant: 'tenantId' })
  // @ts-expect-error the key is one of the columns
  source('x', { columns: { id: bigint() }, key: 'uid', tenant: bySchema })
  // @ts-expect-error a report has a permission
  report({ name: 'x', from: findings, measures: { n: count() } })
  // @ts-expect-error not a severity
  report({ ...base, where: { severity: 'hihg' }, measures: { n: count() } })
  // @ts-expect-error not a column
  report({ ...base, where: { sverity: 'high' }, measures: { n: count() } })
  // @ts-expect-error not a severity, in a measure
  report({ ...base, measures: { n: count({ where: { severity: 'hihg' } }) } })
  // @ts-expect-error not a severity, in a negation
  report({ ...base, where: { severity: not('hihg') }, measures: { n: count() } })
  // @ts-expect-error not a column, in a measure
  report({ ...base, measures: { n: count({ where: { sverity: 'high' } }) } })
  // @ts-expect-error a float is never summed
  sum(findings.weight)
  // @ts-expect-error text is never summed
  sum(findings.asset)
  // @ts-expect-error a dimension of another table
  report({ ...base, dimensions: { status: bookings.status }, measures: { n: count() } })
  // @ts-expect-error a measure of another table
  report({ ...base, measures: { n: sum(bookings.nights) } })
  // @ts-expect-error arithmetic over two tables
  report({ ...base, measures: { n: sum(times(bookings.nights, findings.id)) } })
  // @ts-expect-error a time column of another table
  report({ ...base, measures: { n: count({ at: bookings.bookedOn }) } })
  // @ts-expect-error text is no time
  report({ ...base, measures: { n: count({ at: findings.asset }) } })
  // @ts-expect-error order by something that the row does not have
  report({ ...base, measures: { n: count() }, order: { m: 'asc' } })
  // @ts-expect-error a ratio of a measure that does not exist
  report({ ...base, measures: { n: count() }, derive: { r: ratio('n', 'm') } })
  // @ts-expect-error a ratio of something that is no number
  report({ ...base, measures: { n: count(), oldest: min(findings.firstSeenAt) }, derive: { r: ratio('n', 'oldest') } })
  // @ts-expect-error a ratio of a float
  report({ ...base, measures: { n: count(), least: min(findings.weight) }, derive: { r: ratio('n', 'least') } })
  // @ts-expect-error a running total of a mean
  report({ ...base, period: lastDays(1), measures: { n: avg(findings.id) }, derive: { r: runningTotal({ add: 'n' }) } })
  const both = runningTotal({ add: 'n', subtract: 'm' })
  // @ts-expect-error a running total that subtracts a measure that does not exist
  report({ ...base, period: lastDays(1), measures: { n: count() }, derive: { r: both } })
  // @ts-expect-error a member that is misspelt
  runningTotal({ add: 'n', substract: 'm' })
  // @ts-expect-error a share of a mean
  report({ ...base, measures: { n: avg(findings.id) }, derive: { r: share('n') } })
  // @ts-expect-error growth without periods
  report({ ...base, measures: { n: count() }, period: lastMonths(2), derive: { g: growth('n') } })
  const sinceThen = growth('n', { from: 'then', to: 'now' })
  // @ts-expect-error growth between periods that do not exist
  report({ ...base, measures: { n: count() }, period: { now: month() }, derive: { g: sinceThen } })
  // @ts-expect-error a filter that is neither a dimension nor a column
  report({ ...base, measures: { n: count() }, filters: ['grp'] })
  // @ts-expect-error a restriction that is neither a dimension nor a column
  report({ ...base, measures: { n: count() }, restrict: { grp: 'groups' } })
  // @ts-expect-error a value in raw SQL
  sql`select ${'text'}`
  const row = { n: integer() }
  // @ts-expect-error a parameter that is not declared
  sqlReport({ name: 'x', permission: 'p', row, sql: ({ day }) => sql`select 1 as n from ${bookings} where ${day}` })
}
