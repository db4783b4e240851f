import { MillraceError } from '../errors.ts'
import type { Arm, Group } from './arm.ts'
import { bucketAt, bucketBounds, bucketsFrom, compareBuckets } from './calendar.ts'
import type { Reading } from './reading.ts'

export const tooManyRows = (report: string, limit: number) =>
  new MillraceError('TOO_MANY_ROWS', `report "${report}" has more than ${limit} rows`)

/**
 * The buckets of the answer's rows, per period; one row of nulls without a grain. A period is filled up to the bucket
 * that is current, and beyond it as far as there are rows: an empty future is not a fall to zero. All of time is filled
 * from its first row to its last. In a comparison the first bucket stands beside the first, and so on.
 */
export function timesOf(
  { report, periods, timeZone, now }: Reading,
  arms: readonly Arm[],
  groups: readonly Group[],
  rowLimit: number,
): (string | null)[][] {
  const grain = report.time?.grain
  if (grain === undefined) return [periods.map(() => null)]
  const later = (a: string, b: string) => (compareBuckets(a, b, grain) > 0 ? a : b)
  const lists = periods.map((period) => {
    const seen = groups.flatMap(({ arm, bucket }) => (arms[arm]?.period === period && bucket !== null ? [bucket] : []))
    const last = seen.length === 0 ? undefined : seen.reduce(later)
    if (period.days === undefined && last === undefined) return []
    const { first, end } =
      period.days === undefined
        ? { first: seen.reduce((a, b) => (later(a, b) === a ? b : a)), end: undefined }
        : bucketBounds(period.days, grain, timeZone)
    const current = bucketAt(now, grain, timeZone)
    const until = period.days === undefined ? (last as string) : later(current, last ?? current)
    const list: string[] = []
    for (const bucket of bucketsFrom(first, grain, timeZone)) {
      if (compareBuckets(bucket, until, grain) > 0) break
      if (end !== undefined && compareBuckets(bucket, end, grain) >= 0) break
      if (list.push(bucket) > rowLimit) throw tooManyRows(report.name, rowLimit)
    }
    return list
  })
  return Array.from({ length: Math.max(...lists.map((list) => list.length)) }, (_, at) =>
    lists.map((list) => list[at] ?? null),
  )
}
