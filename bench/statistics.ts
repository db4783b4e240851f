/** The value below which a share of the values lies (0.5 is the median), linear between neighbours. NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** The middle of the values, and between what the middle half of them lies: how far the machine's noise goes. */
export interface Middle {
  readonly median: number
  readonly low: number
  readonly high: number
}

export const middle = (values: readonly number[]): Middle => ({
  median: median(values),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
})
