import type { Random } from './random.ts'
import { zipfShares } from './zipf.ts'

/** A tenant that is drawn for itself and for others of its size. */
export interface SampledTenant {
  /** 0 is the largest. */
  readonly rank: number
  /** Of all changes: its own, or the mean of those that it stands for. */
  readonly share: number
  /** How many tenants it stands for, itself included. */
  readonly weight: number
}

/** The largest are drawn one by one: they decide about the hottest key. */
const drawnSingly = 3
const groupsOfOthers = 5

/**
 * The largest tenants, then one of each group of others of about the same size, which are larger the smaller their tenants are. Weights sum to
 * `count`, and shares by weight to 1.
 */
export function sampleTenants(count: number, skew: number, random: Random): readonly SampledTenant[] {
  const shares = zipfShares(count, skew)
  const sampled: SampledTenant[] = []
  const singly = Math.min(drawnSingly, count)
  for (let rank = 0; rank < singly; rank++) sampled.push({ rank, share: shares[rank] as number, weight: 1 })
  const ratio = (count / Math.max(1, singly)) ** (1 / groupsOfOthers)
  for (let from = singly; from < count; ) {
    const to = Math.min(count, Math.max(from + 1, Math.round(from * ratio)))
    let sum = 0
    for (let rank = from; rank < to; rank++) sum += shares[rank] as number
    sampled.push({ rank: from + random.below(to - from), share: sum / (to - from), weight: to - from })
    from = to
  }
  return sampled
}
