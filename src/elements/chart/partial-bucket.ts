import { calendarParts } from './calendar-parts.ts'
import { type Grain, nextBucket } from './grain.ts'

/**
 * Says of a bucket whether it is still running at `asOf`: it has begun, and its end is yet to come, so that what stands for it is not the
 * whole of it. A bucket is named by its first day in `timeZone`; one of an hour by its first instant.
 */
export function partialTest(
  grain: Grain | undefined,
  asOf: string | null,
  timeZone: string,
): (bucket: string) => boolean {
  if (grain === undefined || asOf === null) return () => false
  const now = grain === 'hour' ? Date.parse(asOf) : calendarParts(asOf, timeZone).days * 86_400_000
  return (bucket) => Date.parse(bucket) <= now && now < nextBucket(bucket, grain)
}
