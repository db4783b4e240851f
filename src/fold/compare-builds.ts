import { readBuildDefinition } from '../rollup/build-definition.ts'
import { compileExpiry, daysOfGrace } from '../rollup/expiry.ts'
import type { Build, Counter, ReportStore } from '../store/report-store.ts'
import { idOf } from './active-build.ts'

/** A counter of which two builds say different things; absent from one of them: an empty vector. */
export interface Difference {
  readonly sort: string
  readonly stored: readonly string[]
  readonly rebuilt: readonly string[]
}

const everything = [{ from: '', to: '\u{10ffff}' }]

/**
 * While the fold stands still, so that both are at one position. Counters that no report may look at any more are left alone, from
 * the days of grace on: one of the builds may have been rid of them before, or never have had them.
 */
export async function compareBuilds(
  store: ReportStore,
  stream: string,
  stored: Build,
  rebuilt: Build,
  now = Date.now(),
): Promise<Difference[]> {
  const [former, latter] = await Promise.all([
    store.read(stream, idOf(stored), everything),
    store.read(stream, idOf(rebuilt), everything),
  ])
  const [left, right] = [byKey(former?.counters.flat()), byKey(latter?.counters.flat())]
  const expiryOf = compileExpiry(readBuildDefinition(rebuilt.definition).plan)
  const seconds = Math.max(now / 1000, Number((latter?.committedAt ?? 0n) / 1_000_000n))
  const isKept = (sort: string) => (expiryOf(sort) ?? Number.POSITIVE_INFINITY) > seconds + daysOfGrace * 86_400
  return [...new Set([...left.keys(), ...right.keys()])].filter(isKept).flatMap((sort) => {
    const [a, b] = [left.get(sort) ?? [], right.get(sort) ?? []]
    return a.join() === b.join() ? [] : [{ sort, stored: a, rebuilt: b }]
  })
}

/** Without zeroes at the end, which mean the same as nothing. */
function byKey(counters: readonly Counter[] = []): Map<string, string[]> {
  return new Map(
    counters.map(({ sort, values }) => {
      const last = values.findLastIndex((value) => value !== 0n)
      return [sort, values.slice(0, last + 1).map(String)]
    }),
  )
}
