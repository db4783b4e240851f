import { MillraceError } from '../errors.ts'
import type { Delete, Incomplete, Insert, Truncate, Update } from '../replication/change-event.ts'
import type { Relation } from '../replication/relation.ts'
import type { Row } from '../replication/row.ts'
import { PoisonedValue } from '../rollup/poisoned-value.ts'
import { type Build, type BuildId, origin, type Position } from '../store/report-store.ts'
import { ActiveBuild, idText } from './active-build.ts'
import type { OpenBatch } from './open-batch.ts'
import { keyOfRow, poisonDetail } from './poison.ts'
import { allColumns, ColumnMissing, type ColumnSet, type Route, type Routed, Routes } from './routes.ts'

/** A build whose changes cannot be followed any more. */
export interface EndedBuild {
  readonly active: ActiveBuild
  readonly detail: string
  /** To be dropped and built anew; otherwise to be stopped, with why. */
  readonly again: boolean
}

/** The builds that take the changes of a stream: each change is added to those that it concerns. */
export class FollowedBuilds {
  readonly #active = new Map<string, ActiveBuild>()
  #routes = new Routes([])
  #latestStart: Position = origin
  #batch: OpenBatch
  /** Where the transaction that is read commits, and whether a build may begin after it. */
  #commitsAt: Position = origin
  #isAhead = false
  /** To be ended in the store before the batch that cannot include them. */
  #ended: EndedBuild[] = []

  constructor(batch: OpenBatch) {
    this.#batch = batch
  }

  list(): readonly ActiveBuild[] {
    return [...this.#active.values()]
  }

  get hasEnded(): boolean {
    return this.#ended.length > 0
  }

  takeEnded(): readonly EndedBuild[] {
    return this.#ended.splice(0)
  }

  /** What follows is of another batch. */
  continueIn(batch: OpenBatch): void {
    this.#batch = batch
  }

  /** The changes after each one's start are added to it from here on; between two transactions. */
  follow(builds: Iterable<Build>): void {
    for (const build of builds) {
      this.#active.set(idText(build), new ActiveBuild(build))
      if (build.startsAt > this.#latestStart) this.#latestStart = build.startsAt
    }
    this.#routes = new Routes(this.#active.values())
  }

  /** They take no changes any more; what becomes of them in the store is the caller's. */
  forget(builds: Iterable<BuildId>): void {
    const gone = [...builds].flatMap((id) => this.#active.get(idText(id)) ?? [])
    if (gone.length === 0) return
    this.#batch.forget(gone)
    for (const { build } of gone) this.#active.delete(idText(build))
    this.#routes = new Routes(this.#active.values())
  }

  end(builds: Iterable<ActiveBuild>, detail: string, again: boolean): void {
    const active = [...builds].filter(({ build }) => this.#active.has(idText(build)))
    this.#ended.push(...active.map((each) => ({ active: each, detail, again })))
    this.forget(active.map(({ build }) => build))
  }

  begin(commitsAt: Position): void {
    this.#commitsAt = commitsAt
    this.#isAhead = this.#latestStart > commitsAt
  }

  incomplete({ relation, detail }: Incomplete): void {
    this.end(this.#concerned(relation), detail, true)
  }

  truncate({ relations }: Truncate): void {
    for (const relation of relations) {
      this.end(this.#concerned(relation), `${relation.schema}.${relation.table} was truncated`, true)
    }
  }

  change(event: Insert | Update | Delete): void {
    const route = this.#routes.route(event.relation)
    if (route === undefined) return
    this.#batch.changes++
    if (event.type === 'insert') this.#add(route, event.after, 1, allColumns)
    else if (event.type === 'delete') this.#add(route, event.before, -1, allColumns)
    else {
      const changed = route.differing(event.before, event.after)
      if (changed === 0) return
      this.#add(route, event.before, -1, changed)
      this.#add(route, event.after, 1, changed)
    }
  }

  /** What reads none of the columns that have changed would take away what it adds. */
  #add(route: Route, row: Row, sign: 1 | -1, changed: ColumnSet): void {
    let builds: readonly Routed[] | undefined
    try {
      builds = route.of(row)
      route.read(row)
      for (const { active, columns } of builds) {
        if ((columns & changed) === 0 || this.#isInBase(active.build)) continue
        active.fold(route.image, sign, active.counters)
        this.#batch.touch(active)
      }
    } catch (error) {
      this.#poisoned(builds?.map(({ active }) => active) ?? route.builds, row, error)
    }
  }

  /**
   * A value that cannot be folded ends the rollups of its tenant over this source, and nobody else's. Where it is the table that does
   * not fit, they are to be built anew: whoever does so says why it cannot be, and they come back by themselves once it fits.
   */
  #poisoned(builds: readonly ActiveBuild[], row: Row, error: unknown): void {
    const concerned = builds.filter(({ build }) => !this.#isInBase(build))
    if (error instanceof ColumnMissing || error instanceof PoisonedValue) {
      const key = keyOfRow(row, builds[0]?.definition.source.key ?? [])
      const detail = poisonDetail(row.relation, error.column, error.message, key)
      this.end(concerned, detail, error instanceof ColumnMissing)
    } else if (error instanceof MillraceError) this.end(concerned, error.detail, true)
    else throw error
  }

  #concerned(relation: Relation): ActiveBuild[] {
    return this.#routes.on(relation).filter(({ build }) => !this.#isInBase(build))
  }

  /** Whether what the transaction changed is in the build's base already. */
  #isInBase(build: Build): boolean {
    return this.#isAhead && build.startsAt > this.#commitsAt
  }
}
