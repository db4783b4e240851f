import type { ColumnDescription } from '../../http/wire.ts'

export type Grain = NonNullable<ColumnDescription['grain']>

const hour = 3_600_000
const day = 24 * hour

/** How many buckets of the grain lie from one time to a later one. Days are dates, so that all of them are as long. */
const distances: Readonly<Record<Grain, (from: Date, to: Date) => number>> = {
  hour: (from, to) => (to.getTime() - from.getTime()) / hour,
  day: (from, to) => (to.getTime() - from.getTime()) / day,
  week: (from, to) => (to.getTime() - from.getTime()) / (7 * day),
  month: months,
  quarter: (from, to) => months(from, to) / 3,
  year: (from, to) => months(from, to) / 12,
}

function months(from: Date, to: Date): number {
  return (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth()
}

/**
 * Where each time stands on an axis, from 0, for times in their order. With a grain a place is a bucket, and a bucket that is
 * missing leaves its place empty; without one, times are as far apart as they are, the nearest two by 1.
 */
export function placeTimes(times: readonly string[], grain: Grain | undefined): readonly number[] {
  const dates = times.map((time) => new Date(time))
  const places: number[] = []
  const first = dates[0]?.getTime() ?? 0
  const nearest = nearestOf(dates)
  dates.forEach((date, at) => {
    const before = dates[at - 1]
    if (before === undefined) places.push(0)
    else if (grain === undefined) places.push((date.getTime() - first) / nearest)
    // At least one: where clocks go back by half an hour, two buckets are half an hour apart.
    else places.push((places[at - 1] as number) + Math.max(1, Math.round(distances[grain](before, date))))
  })
  return places
}

function nearestOf(dates: readonly Date[]): number {
  let nearest = Number.POSITIVE_INFINITY
  for (let at = 1; at < dates.length; at++)
    nearest = Math.min(nearest, (dates[at] as Date).getTime() - (dates[at - 1] as Date).getTime())
  return nearest
}
