import { after, segment } from './key.ts'

/** A range of sort keys: from the first, included, to the second, excluded. */
export interface KeyRange {
  readonly from: string
  readonly to: string
}

/** A counter as a store gives it. */
export interface ReadCounter {
  readonly sort: string
  readonly values: readonly bigint[]
}

/** All keys whose first segment is this one. */
export function rangeUnder(kind: string): KeyRange {
  const prefix = segment(kind)
  return { from: prefix, to: prefix + after }
}
