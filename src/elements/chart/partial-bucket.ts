import { dateFormat } from '../format-value.ts'
import type { Grain } from './place-times.ts'

/**
 * Whether a bucket is still running at `asOf`: it has begun, and its end is yet to come, so that what stands for it is not the
 * whole of it. A bucket is named by its first day in `timeZone`; one of an hour by its first instant.
 */
export function isPartial(bucket: string, grain: Grain | undefined, asOf: string | null, timeZone: string): boolean {
  if (grain === undefined || asOf === null) return false
  if (grain === 'hour') {
    const [start, now] = [Date.parse(bucket), Date.parse(asOf)]
    return start <= now && now < start + 3_600_000
  }
  const today = dayIn(timeZone, asOf)
  return bucket <= today && today < nextBucket(bucket, grain)
}

/** The day of an instant in a zone, as `YYYY-MM-DD`. */
export function dayIn(timeZone: string, instant: string): string {
  const format = dateFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const parts = Object.fromEntries(format.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]))
  return `${parts.year}-${parts.month}-${parts.day}`
}

const lengths = { day: [0, 1], week: [0, 7], month: [1, 0], quarter: [3, 0], year: [12, 0] } as const

function nextBucket(bucket: string, grain: Exclude<Grain, 'hour'>): string {
  const [months, days] = lengths[grain]
  const date = new Date(bucket)
  date.setUTCMonth(date.getUTCMonth() + months, date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}
