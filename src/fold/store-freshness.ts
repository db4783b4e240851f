import type { Freshness } from '../report/engine.ts'
import { instantOf } from '../report/value.ts'
import { origin, type Progress } from '../store/report-store.ts'

/**
 * How current a state of a store is. By the time of its last commit, which is the source's, counted to the time of this process;
 * and where the source's own clock is known at positions, by that, since a source that rests commits nothing. The later of both holds.
 */
export function storeFreshness(
  { position, committedAt }: Pick<Progress, 'position' | 'committedAt'>,
  now: number,
  freshnessAt?: (position: string) => Freshness,
): Freshness {
  const told = position === origin ? undefined : freshnessAt?.(position)
  if (committedAt <= 0n) return told ?? { asOf: null, lagSeconds: null }
  const asOf = instantOf(String(committedAt))
  const lagSeconds = Math.max(0, now - Number(committedAt / 1000n)) / 1000
  if (told?.asOf == null || told.lagSeconds === null) return { asOf, lagSeconds }
  return told.lagSeconds < lagSeconds ? told : { asOf, lagSeconds }
}
