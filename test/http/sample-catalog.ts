import { catalog } from '../../src/report/catalog.ts'
import {
  bigint,
  boolean,
  date,
  decimal,
  enumOf,
  integer,
  nullable,
  real,
  text,
  timestamp,
  uuid,
} from '../../src/report/column.ts'
import { growth, share } from '../../src/report/derived.ts'
import { lookup } from '../../src/report/lookup.ts'
import { avg, count, max, sum } from '../../src/report/measure.ts'
import { given, month } from '../../src/report/period.ts'
import { report } from '../../src/report/report.ts'
import { source } from '../../src/report/source.ts'
import { sql } from '../../src/report/sql.ts'
import { sqlReport } from '../../src/report/sql-report.ts'

export const groups = source('asset_group', {
  columns: { id: text(), tenantId: text(), name: text() },
  key: 'id',
  tenant: 'tenantId',
})

export const findings = source('finding', {
  columns: {
    id: bigint(),
    tenantId: text(),
    group: text({ label: { en: 'Group', de: 'Gruppe' } }),
    severity: enumOf({ high: { en: 'High', de: 'Hoch' }, low: 'Low' }, { label: { en: 'Severity', de: 'Schwere' } }),
    cvss: nullable(decimal({ scale: 1 })),
    effort: bigint({ unit: 'hour', description: 'What mending takes.' }),
    exploited: boolean(),
    firstSeenAt: timestamp(),
  },
  key: 'id',
  tenant: 'tenantId',
})

export const bookings = source('booking', {
  columns: {
    id: bigint(),
    tenantId: text(),
    bookedOn: date(),
    channel: text(),
    status: enumOf('kept', 'canceled'),
    total: decimal({ scale: 2 }),
  },
  key: 'id',
  tenant: 'tenantId',
})

export const activeFindings = report({
  name: 'active-findings',
  title: { en: 'Active findings', de: 'Offene Befunde' },
  description: 'What is not mended yet.',
  permission: 'findings.read',
  from: findings,
  dimensions: { severity: findings.severity, group: findings.group },
  lookup: { group: lookup(groups, 'id', 'name') },
  measures: {
    active: count({ better: 'lower' }),
    worst: max(findings.cvss),
    effort: sum(findings.effort),
    newest: max(findings.firstSeenAt),
  },
  derive: { part: share('active') },
  filters: ['severity', 'group', 'exploited', 'effort', 'cvss', 'firstSeenAt'],
  restrict: { group: 'groups' },
  order: { active: 'desc' },
  freshWithin: '60s',
})

export const bookingComparison = report({
  name: 'booking-comparison',
  title: 'Bookings, this month and the one before',
  permission: 'bookings.read',
  from: bookings,
  time: { column: bookings.bookedOn },
  period: { current: month(), previous: month(-1) },
  measures: { bookings: count(), revenue: sum(bookings.total, { currency: 'EUR' }), mean: avg(bookings.total) },
  derive: { revenueGrowth: growth('revenue') },
})

export const bookingsBetween = report({
  name: 'bookings-between',
  permission: 'bookings.read',
  from: bookings,
  time: { column: bookings.bookedOn, grain: 'day' },
  period: given('from', 'to'),
  measures: { bookings: count() },
  filters: ['status'],
})

export const revenueByChannel = sqlReport({
  name: 'revenue-by-channel',
  title: 'Revenue by channel',
  permission: 'bookings.read',
  params: {
    from: date(),
    to: nullable(date()),
    least: nullable(bigint()),
    status: nullable(enumOf('kept', 'canceled')),
  },
  row: {
    channel: text(),
    bookings: integer(),
    revenue: nullable(decimal({ scale: 2 })),
    share: nullable(real()),
    key: nullable(uuid()),
    large: nullable(boolean()),
  },
  sql: ({ from, to, least, status }) => sql`
    select channel, count(*) as bookings, sum(total) as revenue, null::real as share, null::uuid as key, true as large
    from ${bookings}
    where booked_on >= ${from} and booked_on < coalesce(${to}, 'infinity'::date)
      and (${least} is null or total >= ${least}) and (${status} is null or status = ${status})
    group by channel`,
})

/** Every kind of report, column, parameter and filter that the HTTP interface may meet. */
export const sampleCatalog = catalog([activeFindings, bookingComparison, bookingsBetween, revenueByChannel])
