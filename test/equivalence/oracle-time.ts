import type { Column, TimeKind } from '../../src/report/column.ts'
import type { Period, PeriodUnit } from '../../src/report/period.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import type { Grain } from '../../src/report/row.ts'
import { literal, readName } from './oracle-values.ts'

const lengthOf: Readonly<Record<PeriodUnit, string>> = {
  day: '1 day',
  week: '7 days',
  month: '1 month',
  quarter: '3 months',
  year: '1 year',
}

/** The report's periods by name; one without, or of all time. */
export function periodsOf({ period }: ReportDefinition): { name?: string; period?: Period }[] {
  if (period === undefined) return [{}]
  if (typeof period.period === 'string') return [{ period: period as Period }]
  return Object.entries(period).map(([name, each]) => ({ name, period: each as Period }))
}

/** The column by which a measure falls into a period and a bucket, where the report looks at time. */
export const timeOf = (report: ReportDefinition, measure: string): Column<TimeKind> | undefined =>
  report.measures[measure]?.at ?? report.time?.column

/** The first day of a period and the day after its last, as expressions over `clock`; null for all of time. */
export function daysOf(period: Period | undefined, given: Readonly<Record<string, unknown>>): [string, string] {
  if (period === undefined) return ['null::date', 'null::date']
  if (period.period === 'given') {
    return [`${literal(String(given[period.from]))}::date`, `${literal(String(given[period.to]))}::date`]
  }
  const { unit } = period
  const later = (day: string, by: number) => `(${day} + ${by} * interval '${lengthOf[unit]}')::date`
  const current = `date_trunc('${unit}', today::timestamp)::date`
  if (period.period === 'last') return [later(current, 1 - period.count), later(current, 1)]
  const first = later(current, period.offset)
  const end = later(first, 1)
  if (!period.toDate) return [first, end]
  return [first, `least(${end}, ${later('today', period.offset)} + 1)`]
}

/** The day of a time column's value, in the report's zone. */
export const dayOf = (column: Column, zone: string): string =>
  column.type.kind === 'date' ? readName(column) : `(${readName(column)} at time zone ${literal(zone)})::date`

/** The beginning of the hour that an instant is in: as much earlier as the zone's clocks are past the hour. */
const hourOf = (instant: string, zone: string): string => {
  const local = `(${instant} at time zone ${literal(zone)})`
  return `(case when isfinite(${instant}) then ${instant} - (${local} - date_trunc('hour', ${local})) end)`
}

/** The bucket that a time column's value is in: a first day, or an instant. */
export const bucketOf = (column: Column, grain: Grain, zone: string): string =>
  grain === 'hour'
    ? hourOf(readName(column), zone)
    : `date_trunc('${grain}', (${dayOf(column, zone)})::timestamp)::date`

/**
 * The common table expressions of the answer's buckets, from the periods and the rows that were found (`placed`):
 * `bucket` has the buckets of each period, numbered from 1, which is what stands side by side in a comparison.
 */
export function bucketTables(grain: Grain | undefined, zone: string): string[] {
  if (grain === undefined) return ['bucket as (select p, 1 as ordinal, null::date as bucket from period)']
  const isHour = grain === 'hour'
  const utc = isHour ? ` at time zone 'UTC'` : ''
  const bucketNow = isHour ? hourOf('instant', zone) : `date_trunc('${grain}', today::timestamp)::date`
  const bucketThen = isHour ? hourOf('moment', zone) : `date_trunc('${grain}', moment)::date`
  const day = isHour ? `(moment at time zone ${literal(zone)})::date` : 'moment::date'
  return [
    // The first and the last bucket with rows.
    `found as (
  select period.*, min(placed.bucket) as first_found, max(placed.bucket) as last_found
  from period left join placed on placed.p = period.p and placed.role = 'period' group by period.p, begins, ends)`,
    // Every bucket that the period, or all of time, has a moment in. Zones' days begin elsewhere than UTC's: look wider.
    `possible as (
  select distinct p, begins, first_found, last_found, ${bucketThen} as bucket
  from found, generate_series(coalesce(begins::timestamp${utc}, first_found) - interval '2 days',
    coalesce(ends::timestamp${utc}, last_found) + interval '2 days', interval '${isHour ? '15 minutes' : '1 day'}') as series(moment)
  where case when begins is null then ${bucketThen} between first_found and last_found
    else ${day} >= begins and ${day} < ends end)`,
    // As far as the current bucket or the last one with rows, whichever is later.
    `bucket as (
  select p, row_number() over (partition by p order by bucket) as ordinal, bucket
  from possible, clock
  where begins is null or bucket <= greatest(${bucketNow}, last_found))`,
  ]
}
