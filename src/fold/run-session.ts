import type { Rebuild } from '../replication/change-event.ts'
import type { ChangeStream } from '../replication/change-stream.ts'
import { withClient } from '../replication/client.ts'
import { Heartbeat } from '../replication/heartbeat.ts'
import { type Position, positionOfLsn } from '../replication/position.ts'
import { publishedTables } from '../replication/published-table.ts'
import { isAbort } from '../replication/source-fault.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import { origin, type Progress } from '../store/report-store.ts'
import { DesiredRollups, isFoldable } from './desired.ts'
import type { Observe } from './fold-event.ts'
import type { FoldOptions } from './fold-options.ts'
import { schemasOf, sourcesOf } from './folded-sources.ts'
import { Session } from './session.ts'
import { SourceWatch } from './source-watch.ts'
import { Upkeep } from './upkeep.ts'

interface Running {
  readonly changes: ChangeStream
  readonly progress: Progress
  readonly slot: string
  readonly stream: string
  readonly observe: Observe
  readonly signal: AbortSignal
}

/** Folds for as long as the slot is held: the session, its upkeep, the heartbeat, and the watch over the tables. */
export async function runSession(options: FoldOptions, running: Running): Promise<Rebuild | undefined> {
  const { changes } = running
  const ending = new AbortController()
  const signal = AbortSignal.any([running.signal, ending.signal])
  signal.addEventListener('abort', () => void changes.close(), { once: true })
  try {
    return await run(options, running, ending, signal)
  } finally {
    ending.abort()
  }
}

async function run(options: FoldOptions, running: Running, ending: AbortController, signal: AbortSignal) {
  const { store, replication, snapshots, reports, tenants, heartbeatMilliseconds = 5_000, once = false } = options
  const { changes, progress, slot, stream, observe } = running
  const session = new Session({
    store,
    stream,
    slot,
    changes,
    progress,
    flushMilliseconds: options.flushMilliseconds ?? 50,
    idleMilliseconds: options.idleMilliseconds ?? 1_000,
    memoryBytes: options.memoryBytes ?? 32 * 1024 * 1024,
    spillFolder: options.spillFolder,
    observe,
    signal,
    onEnded: () => upkeep.lookAnew(),
  })
  const builds = await store.builds(stream)
  // One that was not filled to its end has lost its snapshot: it is dropped by the upkeep.
  session.follow(builds.filter(({ state }) => state === 'ready' || state === 'replaced').filter(isFoldable))
  observe({ type: 'started', slot, position: progress.position, builds: session.builds().length })
  const sources = sourcesOf(options)
  const heartbeat = new Heartbeat(replication, {
    everyMilliseconds: heartbeatMilliseconds,
    onFailure: ({ detail }) => observe({ type: 'trouble', about: 'source', detail }),
  })
  const target = once ? await newestPosition(replication) : origin
  const upkeep = new Upkeep({
    store,
    stream,
    session,
    replication,
    snapshots,
    sources,
    rollups: new DesiredRollups(reports),
    tenants,
    baseMilliseconds: options.baseMilliseconds ?? 600_000,
    pauseRatio: options.pauseRatio ?? 0.1,
    sweepAfterMilliseconds: options.sweepAfterMilliseconds ?? 3_600_000,
    observe,
    signal,
    onSettled: () => {
      if (once && session.position >= target) ending.abort()
    },
  })
  const watch = new SourceWatch({
    replication,
    store,
    stream,
    session,
    builds: () => upkeep.known,
    tables: () => publishedTables(sources, schemasOf(tenants)),
    everyMilliseconds: heartbeatMilliseconds,
    observe,
    signal,
  })
  heartbeat.start()
  watch.start()
  let failure: { readonly error: unknown } | undefined
  const keeping = upkeep.run().catch((error: unknown) => {
    if (!signal.aborted) failure = { error }
    ending.abort()
  })
  try {
    const outcome = await session.run()
    ending.abort()
    await keeping
    if (failure !== undefined) throw failure.error
    return outcome
  } catch (error) {
    ending.abort()
    await keeping
    // What the session was doing was broken off because of it.
    if (failure !== undefined) throw failure.error
    if (isAbort(error)) return undefined
    throw error
  } finally {
    ending.abort()
    await Promise.all([keeping, watch.close(), heartbeat.close()])
  }
}

function newestPosition(replication: ConnectionSettings): Promise<Position> {
  return withClient(replication, async (client) => {
    const { rows } = await client.query<{ lsn: string }>('select pg_current_wal_insert_lsn()::text as lsn')
    return positionOfLsn(rows[0]?.lsn ?? '0/0')
  })
}
