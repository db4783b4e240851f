import { bigint, boolean, decimal, enumOf, integer, nullable, text, timestamp } from '../../src/report/column.ts'
import { runningTotal } from '../../src/report/derived.ts'
import { times } from '../../src/report/expression.ts'
import { count, countDistinct, max, min, sum } from '../../src/report/measure.ts'
import { lastDays } from '../../src/report/period.ts'
import { type ReportDefinition, report } from '../../src/report/report.ts'
import { source } from '../../src/report/source.ts'

export const findings = source('finding', {
  columns: {
    id: bigint(),
    tenantId: text(),
    severity: enumOf('critical', 'high', 'low'),
    asset: text(),
    cvss: nullable(decimal({ scale: 1 })),
    firstSeenAt: timestamp(),
    resolvedAt: nullable(timestamp()),
  },
  key: 'id',
  tenant: 'tenantId',
})
export const bookings = source('booking', {
  columns: { id: bigint(), tenantId: text(), channel: text(), rate: decimal({ scale: 2 }), nights: integer() },
  key: 'id',
  tenant: 'tenantId',
})
export const visits = source('visit', {
  columns: { id: bigint(), tenantId: text(), at: timestamp(), regular: boolean() },
  key: ['id', 'at'],
  tenant: 'tenantId',
})

/** A report, and the same question in SQL for one tenant, asked of the tables themselves. */
export interface Asked {
  readonly report: ReportDefinition
  /** `$1` is the tenant, `$2` its zone; one column `row` of JSON. */
  readonly sql: string
}

const permission = 'read'
const instant = (value: string): string =>
  `regexp_replace(to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '[.]?0+$', '') || 'Z'`
const severity = `case when severity::text in ('critical', 'high', 'low') then severity::text else 'other' end`

const active: Asked = {
  report: report({
    name: 'active',
    permission,
    from: findings,
    where: { resolvedAt: null },
    dimensions: { severity: findings.severity },
    measures: {
      active: count(),
      worst: max(findings.cvss),
      oldest: min(findings.firstSeenAt),
      assets: countDistinct(findings.asset),
    },
  }),
  sql: `select jsonb_build_object('severity', ${severity}, 'active', count(*), 'worst', max(cvss::text::numeric)::text,
      'oldest', ${instant('min(first_seen_at)')}, 'assets', count(distinct asset)) as row
    from finding where tenant_id = $1 and resolved_at is null and $2 <> '' group by ${severity}`,
}
const trend: Asked = {
  report: report({
    name: 'trend',
    permission,
    from: findings,
    time: { grain: 'day', timeZone: 'tenant' },
    period: lastDays(20),
    measures: { opened: count({ at: findings.firstSeenAt }), resolved: count({ at: findings.resolvedAt }) },
    derive: { active: runningTotal({ add: 'opened', subtract: 'resolved' }) },
  }),
  sql: `with day as (select generate_series(0, 19)::int as back), days as (select ('2026-11-21 12:00Z'::timestamptz at time zone $2)::date - back as day from day),
      own as (select (first_seen_at at time zone $2)::date as opened, (resolved_at at time zone $2)::date as resolved from finding where tenant_id = $1)
    select jsonb_build_object('time', to_char(day, 'YYYY-MM-DD'),
      'opened', (select count(*) from own where opened = day), 'resolved', (select count(*) from own where resolved = day),
      'active', (select count(*) from own where opened <= day) - (select count(*) from own where resolved <= day)) as row from days`,
}
const revenue: Asked = {
  report: report({
    name: 'revenue',
    permission,
    from: bookings,
    dimensions: { channel: bookings.channel },
    measures: { bookings: count(), nights: sum(bookings.nights), revenue: sum(times(bookings.rate, bookings.nights)) },
  }),
  sql: `select jsonb_build_object('channel', channel, 'bookings', count(*), 'nights', sum(nights)::text, 'revenue', sum(rate * nights)::text) as row
    from booking where tenant_id = $1 and $2 <> '' group by channel`,
}
const regular: Asked = {
  report: report({
    name: 'regular',
    permission,
    from: visits,
    dimensions: { regular: visits.regular },
    measures: { visits: count(), latest: max(visits.at) },
  }),
  sql: `select jsonb_build_object('regular', regular, 'visits', count(*), 'latest', ${instant('max(at)')}) as row
    from visit where tenant_id = $1 and $2 <> '' group by regular`,
}
/** `active` as a later deploy defines it: another column, and what is below 2 left out. */
const activeByAsset: Asked = {
  report: report({
    name: 'active',
    permission,
    from: findings,
    where: { resolvedAt: null },
    dimensions: { asset: findings.asset },
    measures: { active: count(), total: sum(findings.cvss) },
  }),
  sql: `select jsonb_build_object('asset', asset, 'active', count(*), 'total', sum(cvss::text::numeric)::text) as row
    from finding where tenant_id = $1 and resolved_at is null and $2 <> '' group by asset`,
}

/** By name, so that a process can be told one. */
export const catalogs = {
  all: [active, trend, revenue, regular],
  findings: [active, trend],
  /** One report added to `findings`, one changed, one removed. */
  later: [activeByAsset, revenue],
} as const satisfies Record<string, readonly Asked[]>

export type CatalogName = keyof typeof catalogs
