import type pg from 'pg'
import { apply } from '../replication/apply.ts'
import { connect } from '../replication/client.ts'
import type { PublishedTable } from '../replication/published-table.ts'
import { findSilentChanges } from '../replication/silent-changes.ts'
import { sourceFaultOf } from '../replication/source-fault.ts'
import { readSourceStates, type SourceState } from '../replication/source-state.ts'
import { tableText } from '../replication/statement-text.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import type { Build, ReportStore } from '../store/report-store.ts'
import { idOf } from './active-build.ts'
import { readFacts, unfit } from './builder.ts'
import type { Observe } from './fold-event.ts'
import { groupBy } from './group-by.ts'
import { patiently } from './patiently.ts'
import type { Session } from './session.ts'

export interface SourceWatchOptions {
  readonly replication: ConnectionSettings
  readonly store: ReportStore
  readonly stream: string
  readonly session: Session
  /** Those that there are, or were a moment ago. */
  readonly builds: () => readonly Build[]
  /** The tables of the folded sources, of all tenants. */
  readonly tables: () => readonly PublishedTable[]
  readonly everyMilliseconds: number
  readonly observe: Observe
  readonly signal: AbortSignal
}

/** R8: looks, at each heartbeat, for what happened to the tables that no event tells of. */
export class SourceWatch {
  readonly #options: SourceWatchOptions
  #client: pg.Client | undefined
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()

  constructor(options: SourceWatchOptions) {
    this.#options = options
  }

  start(): void {
    this.#looking = this.#look().finally(() => {
      if (this.#options.signal.aborted) return
      this.#timer = setTimeout(() => this.start(), this.#options.everyMilliseconds)
      this.#timer.unref()
    })
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#looking
    await this.#leave()
  }

  async #look(): Promise<void> {
    const { replication, tables, observe, signal } = this.#options
    try {
      this.#client ??= await connect(replication)
      const builds = groupBy(this.#options.builds(), ({ facts }) => (facts === '' ? '' : readFacts(facts).table))
      const looked = tables().filter((table) => builds.has(tableText(table)))
      const states = await readSourceStates(this.#client, looked)
      for (const state of states) await this.#judge(state, builds.get(state.table) ?? [])
    } catch (error) {
      await this.#leave()
      if (signal.aborted) return
      const { detail } = sourceFaultOf(error)
      observe({ type: 'trouble', about: 'tables', detail })
    }
  }

  async #judge(state: SourceState, builds: readonly Build[]): Promise<void> {
    const { session } = this.#options
    for (const [facts, those] of groupBy(builds, ({ facts }) => facts)) {
      const [found] = findSilentChanges([readFacts(facts)], [state])
      const ids = new Set(those.map(({ number }) => number))
      const active = session.builds().filter(({ build }) => ids.has(build.number))
      if (found?.remedy === 'prepare') await this.#prepare(state)
      else if (found?.remedy === 'stop') {
        session.end(active, `${unfit}${found.table}: ${found.detail}`, false)
        // A row that was written as the table is now may have stopped them before: it is for the table that they wait.
        await this.#drop(those.filter((build) => build.state === 'stopped' && !build.detail?.startsWith(unfit)))
      }
      // Also what must be published first: whoever builds it anew does so, or says why it cannot.
      else if (found !== undefined) session.end(active, `${found.table}: ${found.detail}`, true)
      if (found !== undefined && found.remedy !== 'rebuild') continue
      await this.#drop(those.filter((build) => build.state === 'stopped' && build.detail?.startsWith(unfit)))
    }
  }

  /** Of stopped builds: they are opened again, or told why they cannot be. */
  async #drop(builds: readonly Build[]): Promise<void> {
    const { store, stream } = this.#options
    for (const build of builds) await patiently(this.#options, () => store.drop(stream, idOf(build)))
  }

  /** A partition that is new, say, without a row that was missed yet. */
  async #prepare({ table }: SourceState): Promise<void> {
    const { replication, tables, signal } = this.#options
    const named = tables().filter((each) => tableText(each) === table)
    const schemas = named.map(({ schema }) => schema)
    await apply(replication, { sources: named, schemas, signal, patienceMilliseconds: 30_000 })
  }

  async #leave(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    await client?.end().catch(() => {})
  }
}
