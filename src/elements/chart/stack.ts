/** From where to where a value reaches that stands on others. Null: there is no value. */
export type Extent = readonly [from: number, to: number] | null

/**
 * Values of several series that stand on each other, slot by slot: what is above zero upward from it in the series' order, what is
 * below downward. What is missing takes no room.
 */
export function stackValues(series: readonly (readonly (number | null)[])[]): readonly (readonly Extent[])[] {
  const [up, down]: [number[], number[]] = [[], []]
  return series.map((values) =>
    values.map((value, slot): Extent => {
      if (value === null) return null
      const heights = value < 0 ? down : up
      const from = heights[slot] ?? 0
      heights[slot] = from + value
      return [from, from + value]
    }),
  )
}
