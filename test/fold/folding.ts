import { fold } from '../../src/fold/fold.ts'
import type { FoldEvent } from '../../src/fold/fold-event.ts'
import type { FoldOptions } from '../../src/fold/fold-options.ts'
import { positionOfLsn } from '../../src/replication/position.ts'
import type { Position } from '../../src/store/report-store.ts'
import type { SourceDatabase } from '../replication/source-database.ts'

/** A fold that runs in this process, with all that it told. */
export interface Folding extends AsyncDisposable {
  readonly events: readonly FoldEvent[]
  /** The first event, told already or to come, for which something holds. */
  until<Type extends FoldEvent['type']>(
    type: Type,
    holds?: (event: Extract<FoldEvent, { type: Type }>) => boolean,
  ): Promise<Extract<FoldEvent, { type: Type }>>
  /** Until everything that the host has committed by now is in the store. Its position. */
  caughtUp(): Promise<Position>
  /** Until there is a ready build of each report for each tenant, `count` in all. */
  ready(count: number): Promise<void>
  stop(): Promise<void>
  /** Settles when the fold ends. */
  readonly ended: Promise<void>
}

const patience = 100_000

export function startFolding(
  source: Pick<SourceDatabase, 'settings' | 'host'>,
  options: Omit<FoldOptions, 'replication' | 'signal'>,
): Folding {
  const stopping = new AbortController()
  const events: FoldEvent[] = []
  const waiting = new Set<() => void>()
  const { store, stream = 'main' } = options
  let failure: unknown
  const ended = fold({
    replication: source.settings,
    heartbeatMilliseconds: 500,
    // A store that has come that far is waited for after all that a test does.
    idleMilliseconds: 50,
    ...options,
    signal: stopping.signal,
    observe: (event) => {
      events.push(event)
      for (const wake of waiting) wake()
      options.observe?.(event)
    },
  })
  ended.catch((error: unknown) => {
    failure = error
    for (const wake of waiting) wake()
  })

  async function waitFor<Result>(look: () => Result | undefined | Promise<Result | undefined>): Promise<Result> {
    const deadline = performance.now() + patience
    for (;;) {
      const found = await look()
      if (found !== undefined) return found
      if (failure !== undefined) throw failure
      if (performance.now() > deadline) throw new Error(`waited in vain; the last events: ${tail(events)}`)
      await new Promise<void>((resolve) => {
        // Not every change of the store is told of.
        const timer = setTimeout(wake, 20)
        function wake() {
          clearTimeout(timer)
          waiting.delete(wake)
          resolve()
        }
        waiting.add(wake)
      })
    }
  }

  async function stop(): Promise<void> {
    stopping.abort()
    await ended.catch(() => {})
  }

  return {
    events,
    ended,
    stop,
    until: (type, holds = () => true) =>
      waitFor(() => events.find((event): event is never => event.type === type && holds(event as never))) as never,
    async caughtUp() {
      const { rows } = await source.host.query('select pg_current_wal_insert_lsn()::text as lsn')
      const target = positionOfLsn(rows[0].lsn)
      return await waitFor(async () => {
        const { position } = await store.progress(stream)
        return position >= target ? position : undefined
      })
    },
    ready: (count) =>
      waitFor(async () => {
        const ready = (await store.builds(stream)).filter(({ state }) => state === 'ready')
        return ready.length >= count ? true : undefined
      }).then(() => {}),
    [Symbol.asyncDispose]: stop,
  }
}

const tail = (events: readonly FoldEvent[]): string =>
  JSON.stringify(events.slice(-8), (_, value) => (typeof value === 'bigint' ? `${value}` : value))
