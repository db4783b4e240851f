import { setTimeout as delay } from 'node:timers/promises'
import type { MillraceError } from '../errors.ts'
import { openChanges } from '../replication/open-changes.ts'
import { beginAnew, refuseUnprepared } from './begin-anew.ts'
import type { Observe } from './fold-event.ts'
import type { FoldOptions } from './fold-options.ts'
import { publicationsOf } from './folded-sources.ts'
import { isCode } from './patiently.ts'
import { runSession } from './run-session.ts'
import { readSource } from './source-text.ts'

/** What ends a session and begins another: the database or the store was away, or another worker was there. */
const passing = [
  'SOURCE_UNAVAILABLE',
  'REPLICA_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'STORE_CONFLICT',
  'TENANTS_UNAVAILABLE',
] as const
const [shortestWait, longestWait] = [100, 5_000]

/**
 * Folds the changes of the database into the store until the signal is aborted. One worker folds, by the slot's own exclusivity; others
 * wait, and take over when it ends.
 *
 * Throws REPLICATION_UNPREPARED where nothing is prepared yet, and what is no matter of time, such as a store of another version.
 */
export async function fold(options: FoldOptions): Promise<void> {
  const { observe = () => {}, signal = new AbortController().signal } = options
  let wait = shortestWait
  while (!signal.aborted) {
    const began = performance.now()
    try {
      if ((await foldOnce(options, observe, signal)) === 'done') return
      wait = shortestWait
    } catch (error) {
      if (signal.aborted) return
      if (!passing.some((code) => isCode(error, code))) throw error
      const { code, detail } = error as MillraceError
      observe({ type: 'trouble', about: code.startsWith('STORE') ? 'store' : 'source', detail })
      if (performance.now() - began > longestWait) wait = shortestWait
      await delay(wait, undefined, { signal }).catch(() => {})
      wait = Math.min(wait * 2, longestWait)
    }
  }
}

async function foldOnce(options: FoldOptions, observe: Observe, signal: AbortSignal): Promise<'done' | 'again'> {
  const { store, stream = 'main', replication } = options
  const progress = await store.progress(stream)
  const source = readSource(progress.source)
  if (source === undefined) {
    await refuseUnprepared(options)
    await beginAnew(options, progress, 'nothing was folded yet', observe, signal)
    return 'again'
  }
  let reached = progress
  const opening = await openChanges({
    connection: replication,
    slot: source.slot,
    publications: publicationsOf(options),
    reached: async () => {
      reached = await store.progress(stream)
      const { server } = readSource(reached.source) ?? {}
      return { position: reached.position, ...(server === undefined ? {} : { server }) }
    },
    signal,
  })
  if (opening.outcome === 'in-use') {
    observe({ type: 'waiting', for: 'slot', detail: `another worker folds${pidText(opening.activePid)}` })
    await delay(1_000, undefined, { signal })
    return 'again'
  }
  if (opening.outcome === 'rebuild') {
    await beginAnew(options, await store.progress(stream), opening.detail, observe, signal, opening.reason)
    return 'again'
  }
  const changes = opening.stream
  if (readSource(reached.source)?.slot !== source.slot) {
    await changes.close()
    return 'again'
  }
  const outcome = await runSession(options, { changes, progress: reached, slot: source.slot, stream, observe, signal })
  if (outcome !== undefined) {
    await beginAnew(options, await store.progress(stream), outcome.detail, observe, signal, outcome.reason)
  }
  return options.once && outcome === undefined && !signal.aborted ? 'done' : 'again'
}

const pidText = (pid: number | undefined): string => (pid === undefined ? '' : ` (its connection has pid ${pid})`)
