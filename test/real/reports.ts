import { catalog } from '../../src/report/catalog.ts'
import { bigint, date, decimal, enumOf, integer, nullable, text, timestamp } from '../../src/report/column.ts'
import { growth } from '../../src/report/derived.ts'
import { elapsed, times } from '../../src/report/expression.ts'
import { avg, count, countDistinct, sum } from '../../src/report/measure.ts'
import { given, lastMonths, month } from '../../src/report/period.ts'
import { report } from '../../src/report/report.ts'
import { bySchema, source } from '../../src/report/source.ts'
import { sql } from '../../src/report/sql.ts'
import { sqlReport } from '../../src/report/sql-report.ts'

const bookings = source('booking', {
  columns: {
    bookingId: bigint(),
    bookedOn: date(),
    statusOn: date(),
    status: enumOf('booked', 'checked_out', 'canceled', 'no_show'),
    country: nullable(text()),
    nights: integer(),
    rate: decimal({ scale: 2, currency: 'EUR' }),
  },
  key: 'bookingId',
  tenant: bySchema,
})

const trips = source('trip', {
  columns: {
    tripId: bigint(),
    tenant: text(),
    base: text(),
    pickupAt: timestamp({ timeZone: 'America/New_York' }),
  },
  key: 'tripId',
  tenant: 'tenant',
})

const findings = source('finding', {
  columns: {
    findingId: bigint(),
    tenant: text(),
    severity: enumOf('critical', 'high', 'medium', 'low', 'unknown'),
    status: enumOf('open', 'resolved'),
    firstSeenAt: timestamp(),
    resolvedAt: nullable(timestamp()),
  },
  key: 'findingId',
  tenant: 'tenant',
})

const revenue = times(bookings.rate, bookings.nights)

const bookingSummary = report({
  name: 'booking-summary',
  permission: 'bookings.read',
  from: bookings,
  time: { column: bookings.bookedOn },
  period: lastMonths(2),
  measures: {
    bookings: count(),
    nights: sum(bookings.nights),
    revenue: sum(revenue),
    countries: countDistinct(bookings.country),
  },
})

const { statusOn } = bookings
const bookingComparison = report({
  name: 'booking-comparison',
  permission: 'bookings.read',
  from: bookings,
  time: { column: bookings.bookedOn },
  period: { current: month(), previous: month(-1) },
  measures: {
    created: count(),
    canceled: count({ where: { status: 'canceled' }, at: statusOn }),
    checkedOut: count({ where: { status: 'checked_out' }, at: statusOn }),
    revenue: sum(revenue, { where: { status: 'checked_out' }, at: statusOn }),
  },
})

const tripSummary = report({
  name: 'trip-summary',
  permission: 'bookings.read',
  from: trips,
  time: { column: trips.pickupAt },
  period: lastMonths(2),
  measures: { trips: count() },
})

/** The language has no aggregate of aggregates: the busiest day of a period takes raw SQL. */
const tripDays = sqlReport({
  name: 'trip-days',
  permission: 'bookings.read',
  params: { from: date(), to: date() },
  row: { activeDays: integer(), busiest: nullable(bigint()), quietest: nullable(bigint()) },
  sql: ({ from, to }) => sql`
    select count(*) as active_days, max(n) as busiest, min(n) as quietest
    from (select count(*) as n from ${trips} where pickup_at >= ${from} and pickup_at < ${to} group by pickup_at::date) d`,
})

const tripComparison = report({
  name: 'trip-comparison',
  permission: 'bookings.read',
  from: trips,
  time: { column: trips.pickupAt },
  period: { current: month(), previous: month(-1) },
  measures: { trips: count() },
  derive: { percent: growth('trips', { scale: 6 }) },
})

const tripsByBase = report({
  name: 'trips-by-base',
  permission: 'bookings.read',
  from: trips,
  dimensions: { base: trips.base },
  time: { column: trips.pickupAt, grain: 'day' },
  period: given('from', 'to'),
  measures: { trips: count() },
})

const open = elapsed(findings.firstSeenAt, findings.resolvedAt, 'day')
const remediation = report({
  name: 'remediation',
  permission: 'vulnerabilities.read',
  from: findings,
  where: { status: 'resolved' },
  dimensions: { severity: findings.severity },
  time: { column: findings.resolvedAt, grain: 'month', timeZone: 'UTC' },
  measures: {
    resolved: count(),
    meanDays: avg(open, { scale: 4, better: 'lower' }),
    totalSeconds: sum(elapsed(findings.firstSeenAt, findings.resolvedAt, 'second')),
  },
})

export default catalog([
  bookingSummary,
  bookingComparison,
  tripSummary,
  tripDays,
  tripComparison,
  tripsByBase,
  remediation,
])
