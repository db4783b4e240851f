import type { ColumnDescription } from '../../http/wire.ts'

export type Grain = NonNullable<ColumnDescription['grain']>

/** How long a bucket is: in months, or in milliseconds of a time without a zone. */
const lengths: Readonly<Record<Grain, readonly [months: number, milliseconds: number]>> = {
  hour: [0, 3_600_000],
  day: [0, 86_400_000],
  week: [0, 604_800_000],
  month: [1, 0],
  quarter: [3, 0],
  year: [12, 0],
}

/** Where the bucket after one begins, in milliseconds since 1970. Days are dates, so that all of them are as long. */
export function nextBucket(bucket: string, grain: Grain): number {
  const [months, milliseconds] = lengths[grain]
  const date = new Date(bucket)
  date.setUTCMonth(date.getUTCMonth() + months)
  return date.getTime() + milliseconds
}

/** How many buckets lie from one to a later one. */
export function bucketsBetween(from: string, to: string, grain: Grain): number {
  const [months, milliseconds] = lengths[grain]
  const [start, end] = [new Date(from), new Date(to)]
  if (months === 0) return (end.getTime() - start.getTime()) / milliseconds
  return ((end.getUTCFullYear() - start.getUTCFullYear()) * 12 + end.getUTCMonth() - start.getUTCMonth()) / months
}
