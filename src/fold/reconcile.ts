import type { Build } from '../store/report-store.ts'
import { type Desired, isFoldable, rollupOf } from './desired.ts'

/** What is to be done so that the builds are those that there should be. */
export interface Reconciliation {
  readonly drop: readonly { readonly build: Build; readonly why: string }[]
  /** From `ready` to `replaced`. */
  readonly retire: readonly Build[]
  /** Replaced once, and wanted again: a deploy went back. */
  readonly restore: readonly Build[]
  /** To be built. */
  readonly missing: readonly Desired[]
}

export interface Circumstances {
  readonly builds: readonly Build[]
  readonly desired: ReadonlyMap<string, Desired>
  /** Builds that this process fills, or compares. */
  readonly inHand: (build: Build) => boolean
  readonly now: number
  readonly sweepAfterMilliseconds: number
}

/** A pure decision: from the builds that there are and the rollups that there should be. */
export function reconcile({ builds, desired, inHand, now, sweepAfterMilliseconds }: Circumstances): Reconciliation {
  const drop: { build: Build; why: string }[] = []
  const retire: Build[] = []
  const restore: Build[] = []
  const has = new Set<string>()
  // The newest first: it is the one that counts.
  for (const build of [...builds].sort((a, b) => b.number - a.number)) {
    const rollup = rollupOf(build)
    const wanted = desired.get(rollup)
    const fits = wanted?.fingerprint === build.fingerprint
    const isNewest = fits && !has.has(rollup)
    if (inHand(build)) {
      if (wanted === undefined) drop.push({ build, why: 'its report or tenant is gone' })
      else if (fits) has.add(rollup)
      continue
    }
    if (build.state === 'filling') drop.push({ build, why: 'it was not filled to its end' })
    else if (build.state === 'stopped') {
      // Built anew it would stop again; until somebody asks, or it is defined in another way.
      if (isNewest) has.add(rollup)
      else drop.push({ build, why: 'another took its place' })
    } else if (!isFoldable(build)) drop.push({ build, why: 'this process would fold it in another way' })
    else if (isNewest) {
      has.add(rollup)
      if (build.state === 'replaced') restore.push(build)
    } else if (build.state === 'ready' && wanted === undefined) retire.push(build)
    else if (build.state === 'replaced' && now - build.since > sweepAfterMilliseconds)
      drop.push({ build, why: 'another took its place a while ago' })
  }
  const missing = [...desired].filter(([rollup]) => !has.has(rollup)).map(([, each]) => each)
  return { drop, retire, restore, missing }
}
