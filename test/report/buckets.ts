import { bucketBounds, bucketsFrom, compareBuckets } from '../../src/report/calendar.ts'
import type { Grain } from '../../src/report/row.ts'

/** The buckets from a day, included, to a day, excluded. */
export function bucketsOf(from: string, to: string, grain: Grain, timeZone: string): string[] {
  const { first, end } = bucketBounds({ from, to }, grain, timeZone)
  const buckets: string[] = []
  for (const bucket of bucketsFrom(first, grain, timeZone)) {
    if (compareBuckets(bucket, end, grain) >= 0) return buckets
    buckets.push(bucket)
  }
  return buckets
}
