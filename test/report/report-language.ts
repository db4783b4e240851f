import {
  add,
  atLeast,
  avg,
  below,
  between,
  bigint,
  boolean,
  bySchema,
  catalog,
  count,
  countDistinct,
  date,
  decimal,
  elapsed,
  enumOf,
  given,
  growth,
  integer,
  lastDays,
  lastMonths,
  lookup,
  max,
  min,
  month,
  not,
  nullable,
  type ParamsIn,
  percentile,
  type RowIn,
  ratio,
  report,
  runningTotal,
  share,
  source,
  sql,
  sqlReport,
  sum,
  text,
  times,
  timestamp,
  toDate,
} from '../../src/index.ts'

export const findings = source('finding', {
  columns: {
    id: bigint(),
    tenantId: text(),
    asset: text(),
    groupId: nullable(text({ label: { en: 'Team', de: 'Team' } })),
    severity: enumOf({ critical: 'Critical', high: { en: 'High', de: 'Hoch' }, low: 'Low' }, { label: 'Severity' }),
    score: nullable(decimal({ scale: 1, column: 'cvss', better: 'lower' })),
    exploited: boolean(),
    firstSeenAt: timestamp(),
    resolvedAt: nullable(timestamp()),
  },
  key: 'id',
  tenant: 'tenantId',
})

export const groups = source('asset_group', {
  columns: { id: text(), tenantId: text(), name: text() },
  key: 'id',
  tenant: 'tenantId',
})

export const bookings = source('booking', {
  columns: {
    id: bigint(),
    channel: enumOf('app', 'web', 'partner'),
    bookedOn: date(),
    pickupAt: timestamp({ timeZone: 'Europe/Berlin' }),
    nights: integer({ unit: 'day' }),
    rate: decimal({ scale: 2, currency: 'EUR', better: 'higher' }),
    fee: decimal({ scale: 2, currency: 'EUR' }),
  },
  key: 'id',
  tenant: bySchema,
})

export const activeVulnerabilities = report({
  name: 'active-vulnerabilities',
  title: { en: 'Active vulnerabilities', de: 'Aktive Schwachstellen' },
  permission: 'vulnerabilities.read',
  from: findings,
  where: { resolvedAt: null },
  dimensions: { severity: findings.severity, group: findings.groupId },
  lookup: { group: lookup(groups, 'id', 'name') },
  measures: {
    active: count({ label: 'Active', better: 'lower' }),
    worst: max(findings.score),
    oldest: min(findings.firstSeenAt),
    assets: countDistinct(findings.asset),
  },
  filters: ['group', 'severity', 'asset'],
  restrict: { group: 'groups' },
  order: { severity: 'asc', active: 'desc' },
  freshWithin: '60s',
})

export const seriousVulnerabilities = report({
  name: 'serious-vulnerabilities',
  permission: 'vulnerabilities.read',
  from: findings,
  where: {
    severity: ['critical', 'high'],
    score: atLeast('7.0'),
    asset: not(['sandbox', 'playground']),
    firstSeenAt: between('2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'),
  },
  measures: {
    all: count(),
    exploited: count({ where: { exploited: true } }),
    assigned: count({ where: { groupId: not(null) } }),
    moderate: count({ where: { score: below('9') } }),
  },
})

export const revenueByChannel = report({
  name: 'revenue-by-channel',
  permission: 'bookings.read',
  from: bookings,
  dimensions: { channel: bookings.channel },
  measures: {
    revenue: sum(add(times(bookings.rate, bookings.nights), bookings.fee)),
    tax: sum(times(bookings.rate, '0.19')),
    typical: percentile(0.5, bookings.rate, { digits: 2 }),
    rate: avg(bookings.rate, { scale: 2 }),
  },
  order: { revenue: 'desc' },
  limit: 10,
})

export const vulnerabilityTrend = report({
  name: 'vulnerability-trend',
  permission: 'vulnerabilities.read',
  from: findings,
  time: { grain: 'day', timeZone: 'tenant' },
  period: lastDays(60),
  measures: {
    opened: count({ at: findings.firstSeenAt }),
    resolved: count({ at: findings.resolvedAt }),
    hoursToResolve: avg(elapsed(findings.firstSeenAt, findings.resolvedAt, 'hour'), {
      at: findings.resolvedAt,
      scale: 1,
      better: 'lower',
    }),
  },
  derive: { active: runningTotal({ add: 'opened', subtract: 'resolved' }) },
  retain: '400d',
})

export const bookingComparison = report({
  name: 'booking-comparison',
  permission: 'bookings.read',
  from: bookings,
  time: { column: bookings.bookedOn, timeZone: 'tenant' },
  period: { current: month(), previous: toDate(month(-1)) },
  measures: {
    bookings: count(),
    revenue: sum(times(bookings.rate, bookings.nights)),
    arrivals: count({ at: bookings.pickupAt }),
  },
  derive: {
    revenueGrowth: growth('revenue'),
    arrivalGrowth: growth('arrivals', { scale: 2 }),
  },
})

export const channelShares = report({
  name: 'channel-shares',
  permission: 'bookings.read',
  from: bookings,
  dimensions: { channel: bookings.channel },
  time: { column: bookings.bookedOn, grain: 'month' },
  period: lastMonths(12),
  measures: {
    bookings: count(),
    nights: sum(bookings.nights),
    revenue: sum(bookings.rate),
  },
  derive: {
    part: share('bookings', { label: 'Share of bookings' }),
    perNight: ratio('revenue', 'nights', { scale: 2 }),
    revenueSoFar: runningTotal({ add: 'revenue' }),
  },
})

export const revenueByWeekday = sqlReport({
  name: 'revenue-by-weekday',
  permission: 'bookings.read',
  params: { from: date(), to: nullable(date()) },
  restrict: { channels: 'channels' },
  row: { weekday: integer(), revenue: decimal({ scale: 2, currency: 'EUR' }) },
  sql: ({ from, to, channels }) => sql`
    select extract(isodow from booked_on)::integer as weekday, sum(rate * nights) as revenue
    from ${bookings}
    where booked_on >= ${from} and (${to} is null or booked_on < ${to}) and channel = any(${channels})
    group by weekday order by weekday`,
})

export const reports = catalog([
  activeVulnerabilities,
  seriousVulnerabilities,
  vulnerabilityTrend,
  revenueByChannel,
  bookingComparison,
  channelShares,
  revenueByWeekday,
  report({
    name: 'bookings-between',
    permission: 'bookings.read',
    from: bookings,
    time: { column: bookings.bookedOn },
    period: given('from', 'to'),
    measures: { bookings: count() },
    filters: ['channel'],
  }),
])

export type Comparison = RowIn<typeof reports, 'booking-comparison'>
export const comparison: Comparison = {
  bookings: { current: 2, previous: 1 },
  revenue: { current: '180.10', previous: '40.00' },
  arrivals: { current: 0, previous: 3 },
  revenueGrowth: '3.5025',
  arrivalGrowth: '-1.00',
}

export type Between = ParamsIn<typeof reports, 'bookings-between'>
export const params: Between = { from: '2026-10-01', to: '2026-11-01', channel: ['app', 'web'] }
