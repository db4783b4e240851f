/** Numbers that are the same for a seed. */
export function randomFrom(seed: number) {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  /** From 0, below the limit. */
  const below = (limit: number): number => Math.floor(next() * limit)
  return { next, below, of: <Value>(values: readonly Value[]): Value => values[below(values.length)] as Value }
}
