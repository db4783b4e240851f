import type pg from 'pg'
import { MillraceError } from '../errors.ts'
import { apply } from '../replication/apply.ts'
import { withClient } from '../replication/client.ts'
import type { Position } from '../replication/position.ts'
import { openPrimarySnapshot } from '../replication/primary-snapshot.ts'
import { type FoldedSource, type PublishedTable, publishedTables } from '../replication/published-table.ts'
import { settled } from '../replication/settled.ts'
import { findSilentChanges, type SilentChange } from '../replication/silent-changes.ts'
import type { Snapshot } from '../replication/snapshot.ts'
import { codeOf } from '../replication/source-fault.ts'
import { readSourceStates, type SourceState } from '../replication/source-state.ts'
import { openStandbySnapshot } from '../replication/standby-snapshot.ts'
import { tableText } from '../replication/statement-text.ts'
import { definition } from '../report/source.ts'
import { readBuildDefinition } from '../rollup/build-definition.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import type { Build, NewBuild, ReportStore } from '../store/report-store.ts'
import { idOf, idText } from './active-build.ts'
import { fillBase } from './base.ts'
import type { Desired } from './desired.ts'
import { FillingProgress } from './filling-progress.ts'
import type { Observe } from './fold-event.ts'
import { groupBy } from './group-by.ts'
import { isCode, patiently } from './patiently.ts'
import type { Session } from './session.ts'

export interface BuilderOptions {
  readonly store: ReportStore
  readonly stream: string
  readonly session: Session
  readonly replication: ConnectionSettings
  readonly snapshots: ConnectionSettings | undefined
  /** Those of the reports that are folded. */
  readonly sources: readonly FoldedSource[]
  /** Milliseconds for the base of one group of builds: a snapshot must not be held for ever. */
  readonly baseMilliseconds: number
  readonly pauseRatio: number
  readonly observe: Observe
  readonly signal: AbortSignal
}

const describe = (error: unknown): string => {
  if (error instanceof MillraceError) return error.detail
  // What the database says may repeat values of rows.
  return codeOf(error) === undefined ? String(error) : `the database ended it: ${codeOf(error)}`
}

/** A base that could not be read to its end: with fewer tenants at once it may. */
export class BaseInterrupted extends Error {}

/** The facts of a build's table, as they are kept with it. */
export const writeFacts = (state: SourceState): string => JSON.stringify(state)
export const readFacts = (facts: string): SourceState => JSON.parse(facts) as SourceState

/**
 * *Build (report, tenant) at X*: a first fill, a changed report, an added tenant, a TRUNCATE, a repair. The fold stops between two
 * batches, learns X from a snapshot, and records the builds; from then on it adds what is after X, while the base, the rows that the
 * snapshot shows, is added beside it.
 */
export class Builder {
  readonly #options: BuilderOptions
  readonly #inHand = new Set<string>()
  #progress: FillingProgress | undefined

  constructor(options: BuilderOptions) {
    this.#options = options
  }

  readonly inHand = (build: Build): boolean => this.#inHand.has(idText(build))

  release(builds: readonly Build[]): void {
    for (const build of builds) this.#inHand.delete(idText(build))
  }

  /**
   * Builds of one source, filled and followed by the fold, but not read yet; those that could not be were stopped. They are in hand
   * until they are released. Throws BaseInterrupted.
   */
  async build(wanted: readonly Desired[], why: string): Promise<readonly Build[]> {
    const { store, stream, session, observe, baseMilliseconds, pauseRatio, signal } = this.#options
    const begun = await this.#open(wanted).catch((error: unknown) => this.#interrupted(error))
    const [first] = begun?.opened ?? []
    if (begun === undefined || first === undefined) return []
    const { opened, snapshot } = begun
    const progress = new FillingProgress({ store, stream, builds: opened })
    this.#progress = progress
    try {
      observe({ type: 'build-opened', builds: opened.map(idOf), startsAt: first.startsAt, why })
      const table = readFacts(first.facts).table
      const stopped = new Set<string>()
      await fillBase({
        client: snapshot.client,
        store: { addBase: (...chunk) => patiently(this.#options, () => store.addBase(...chunk)) },
        stream,
        builds: opened.map((build) => ({ build, definition: readBuildDefinition(build.definition) })),
        pauseRatio,
        signal: AbortSignal.any([signal, AbortSignal.timeout(baseMilliseconds)]),
        onProgress: (work) => {
          progress.tell(work)
          const { rows, of } = work
          observe({ type: 'build-progress', table, builds: opened.length, rows, of })
        },
        onPoison: (poisoned, detail) => {
          const ids = new Set(poisoned.map(({ build }) => idText(build)))
          for (const id of ids) stopped.add(id)
          session.end(
            session.builds().filter(({ build }) => ids.has(idText(build))),
            detail,
            false,
          )
        },
      })
      await snapshot.release()
      const filled = opened.filter((build) => !stopped.has(idText(build)))
      await session.reached(first.startsAt)
      return filled
    } catch (error) {
      await this.discard(opened)
      return this.#interrupted(error)
    } finally {
      await snapshot.release()
    }
  }

  /** Whatever came of the builds that were filled last can be seen in the store: whoever waits for them may look. */
  async settled(): Promise<void> {
    const { store, stream } = this.#options
    const progress = this.#progress
    this.#progress = undefined
    await progress
      ?.end((filling) => patiently(this.#options, () => store.tellFilling(stream, filling)))
      // The session is over: another one fills them anew.
      .catch(() => {})
  }

  /** The fold goes on without a base that could not be read; but not where the session is over. */
  #interrupted(error: unknown): never {
    const { signal } = this.#options
    if (signal.aborted || error instanceof BaseInterrupted || isCode(error, 'STORE_CONFLICT')) throw error
    throw new BaseInterrupted(describe(error))
  }

  /** Makes filled builds the ones that are read. */
  async ready(builds: readonly Build[]): Promise<void> {
    const { store, stream, observe } = this.#options
    for (const build of builds) {
      try {
        await patiently(this.#options, () => store.ready(stream, idOf(build)))
        observe({ type: 'build-ready', build: idOf(build) })
      } catch (error) {
        // A TRUNCATE, say, came between.
        if (!isCode(error, 'STORE_BUILD_GONE')) throw error
      }
    }
    this.release(builds)
  }

  /** What compares builds has no further use for one. */
  async discard(builds: readonly Build[]): Promise<void> {
    const { store, stream, session } = this.#options
    session.forget(builds)
    this.release(builds)
    for (const build of builds) await patiently(this.#options, () => store.drop(stream, idOf(build)))
  }

  /** Records the builds at the position of a snapshot, while the fold stands still. */
  async #open(all: readonly Desired[]): Promise<{ opened: readonly Build[]; snapshot: Snapshot } | undefined> {
    const { store, stream, session, replication, signal } = this.#options
    return await withClient(replication, async (client) => {
      const tables = publishedTables([...new Set(all.map((each) => foldedSource(each, this.#options)))], schemasOf(all))
      const before = await this.#prepared(client, tables)
      const faults = findSilentChanges([], before).filter(({ remedy }) => remedy !== 'rebuild')
      const wanted = await this.#fitting(all, before, faults)
      if (wanted.length === 0) return undefined
      // What was written to a table before it joined the publication, by a transaction that goes on, is not in the stream.
      const complete = await settled(client, signal)
      // Whoever may not give one at once, or is behind, must not keep the fold waiting.
      await (await this.#snapshot(complete)).release()
      return await session.paused(async ({ position, epoch }) => {
        const snapshot = await this.#snapshot(position > complete ? position : complete)
        try {
          const after = await readSourceStates(client, tables)
          if (JSON.stringify(after) !== JSON.stringify(before))
            throw new BaseInterrupted('its table was changed while the snapshot was taken')
          const opened = await store.open(stream, newBuilds(wanted, after, snapshot.position), epoch)
          for (const build of opened) this.#inHand.add(idText(build))
          session.follow(opened, epoch + 1)
          return { opened, snapshot }
        } catch (error) {
          await snapshot.release()
          throw error
        }
      })
    })
  }

  /** A table of a tenant that came later joins the publication, where the role may let it. */
  async #prepared(client: pg.Client, tables: readonly PublishedTable[]): Promise<SourceState[]> {
    const { replication, signal, observe } = this.#options
    const states = await readSourceStates(client, tables)
    const unprepared = tables.filter((_, index) =>
      findSilentChanges([], states.slice(index, index + 1)).some(needsPreparing),
    )
    if (unprepared.length === 0) return states
    const sources = unprepared.map(({ source, isInsertOnly }) => ({ source, isInsertOnly }))
    const schemas = [...new Set(unprepared.map(({ schema }) => schema))]
    try {
      await apply(replication, { sources: [...new Set(sources)], schemas, signal, patienceMilliseconds: 30_000 })
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error
      observe({ type: 'trouble', about: 'tables', detail: error.detail })
    }
    return await readSourceStates(client, tables)
  }

  /** Those whose tables can be folded; the others are refused. */
  async #fitting(
    wanted: readonly Desired[],
    states: readonly SourceState[],
    faults: readonly SilentChange[],
  ): Promise<readonly Desired[]> {
    if (faults.length === 0) return wanted
    const byTable = groupBy(wanted, tableOf)
    for (const { table, detail } of faults) {
      const unfitting = byTable.get(table) ?? []
      byTable.delete(table)
      if (unfitting.length > 0) await this.#refuse(unfitting, states, `${unfit}${table}: ${detail}`)
    }
    return [...byTable.values()].flat()
  }

  /** Builds that cannot begin are recorded all the same, so that whoever looks sees why. */
  async #refuse(wanted: readonly Desired[], states: readonly SourceState[], detail: string): Promise<void> {
    const { store, stream, session, observe } = this.#options
    const opened = await session.paused(async ({ position, epoch }) => {
      const opened = await store.open(stream, newBuilds(wanted, states, position), epoch)
      session.follow([], epoch + 1)
      return opened
    })
    await patiently(this.#options, () => store.stop(stream, opened.map(idOf), detail))
    for (const build of opened) observe({ type: 'build-stopped', build: idOf(build), detail, again: false })
  }

  async #snapshot(atLeast: Position): Promise<Snapshot> {
    const { snapshots, replication, signal } = this.#options
    if (snapshots !== undefined) return await openStandbySnapshot(snapshots, { atLeast, signal })
    return await openPrimarySnapshot(replication, AbortSignal.any([signal, AbortSignal.timeout(30_000)]))
  }
}

/** What a build's detail begins with that was stopped because of its table: it is built anew once the table fits again. */
export const unfit = 'the table does not fit: '

const needsPreparing = ({ remedy }: SilentChange): boolean => remedy === 'prepare' || remedy === 'prepare-and-rebuild'

const tableOf = ({ definition }: Desired): string => tableText(readBuildDefinition(definition).source)

const schemasOf = (wanted: readonly Desired[]): string[] => [
  ...new Set(wanted.flatMap(({ tenant }) => tenant.schema ?? [])),
]

const foldedSource = ({ report }: Desired, { sources }: BuilderOptions): FoldedSource =>
  sources.find(({ source }) => source[definition].table === report.from[definition].table) as FoldedSource

function newBuilds(wanted: readonly Desired[], states: readonly SourceState[], startsAt: Position): NewBuild[] {
  const facts = new Map(states.map((state) => [state.table, writeFacts(state)]))
  return wanted.map(({ tenant, report, fingerprint, definition }) => {
    const table = tableText(readBuildDefinition(definition).source)
    return { tenant: tenant.id, report: report.name, fingerprint, definition, facts: facts.get(table) ?? '', startsAt }
  })
}
