import { setTimeout as delay } from 'node:timers/promises'
import type { Build, BuildId, ReportStore } from '../store/report-store.ts'
import { stream } from './fold-status.ts'
import { readOutcome } from './request-outcome.ts'

export interface Erasing {
  readonly signal: AbortSignal
  readonly onDropped: (build: BuildId) => void
  /** For so long it is looked again: a worker that has not read the allowlist since may yet build the tenant anew. */
  readonly lookMilliseconds: number
}

const everyMilliseconds = 250

/**
 * Drops every build of a tenant, in every state, and what was asked about it, and looks until none was there for long enough; then once
 * more, since a worker may have been writing to them when they were dropped first. What it dropped.
 */
export async function eraseTenant(store: ReportStore, tenant: string, erasing: Erasing): Promise<readonly BuildId[]> {
  const { signal, onDropped, lookMilliseconds } = erasing
  const dropped: BuildId[] = []
  let since = performance.now()
  for (;;) {
    const found = await buildsOf(store, tenant)
    for (const { report, number } of found) {
      const build = { tenant, report, number }
      await store.drop(stream, build)
      dropped.push(build)
      onDropped(build)
      since = performance.now()
    }
    await forgetRequests(store, tenant)
    // Only a look that found nothing proves that nothing is left.
    if (found.length === 0 && performance.now() - since >= lookMilliseconds) break
    if (found.length === 0) await delay(everyMilliseconds, undefined, { signal }).catch(() => {})
    signal.throwIfAborted()
  }
  for (const build of dropped) await store.drop(stream, build)
  return dropped
}

export async function buildsOf(store: ReportStore, tenant: string): Promise<readonly Build[]> {
  return (await store.builds(stream)).filter((build) => build.tenant === tenant)
}

/** Requests about a tenant go; of others that have ended, what they say of it. One that runs says so anew when it ends. */
async function forgetRequests(store: ReportStore, tenant: string): Promise<void> {
  for (const { id, state, outcome, ...request } of await store.requests(stream)) {
    if (request.tenant === tenant) await store.withdraw(stream, id)
    if (request.tenant !== undefined || (state !== 'done' && state !== 'failed')) continue
    const { different, ...rest } = readOutcome({ outcome })
    const others = different.filter((each) => each.tenant !== tenant)
    if (others.length === different.length) continue
    await store.answer(stream, id, { state, outcome: JSON.stringify({ ...rest, different: others }) })
  }
}
