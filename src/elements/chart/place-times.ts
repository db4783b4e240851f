import { bucketsBetween, type Grain } from './grain.ts'

/**
 * Where each time stands on an axis, from 0, for times in their order. With a grain a place is a bucket, and a bucket that is
 * missing leaves its place empty; without one, times are as far apart as they are, the nearest two by 1.
 */
export function placeTimes(times: readonly string[], grain: Grain | undefined): readonly number[] {
  const instants = times.map((time) => Date.parse(time))
  const nearest = Math.min(...instants.slice(1).map((instant, at) => instant - (instants[at] as number)))
  const places: number[] = []
  times.forEach((time, at) => {
    const before = times[at - 1]
    if (before === undefined) places.push(0)
    else if (grain === undefined) places.push(((instants[at] as number) - (instants[0] as number)) / nearest)
    // At least one: where clocks go back by half an hour, two buckets are half an hour apart.
    else places.push((places[at - 1] as number) + Math.max(1, Math.round(bucketsBetween(before, time, grain))))
  })
  return places
}
