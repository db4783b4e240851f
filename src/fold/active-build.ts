import { type FoldDefinition, readBuildDefinition } from '../rollup/build-definition.ts'
import { Counters } from '../rollup/counters.ts'
import { compileExpiry, type ExpiryOf } from '../rollup/expiry.ts'
import { compileFold } from '../rollup/fold-row.ts'
import type { Build, BuildId } from '../store/report-store.ts'

/** A build that takes changes, with what they add to it since the last batch. */
export class ActiveBuild {
  readonly build: Build
  readonly definition: FoldDefinition
  /** As `tableName` has it. */
  readonly table: string
  readonly fold: ReturnType<typeof compileFold>
  counters: Counters
  readonly #expiryOf: ExpiryOf

  constructor(build: Build) {
    this.build = build
    this.definition = readBuildDefinition(build.definition)
    const { schema, table } = this.definition.source
    this.table = tableName(schema, table)
    this.fold = compileFold(this.definition.plan)
    this.#expiryOf = compileExpiry(this.definition.plan)
    this.counters = new Counters(this.#expiryOf)
  }

  takeCounters(): Counters {
    const { counters } = this
    this.counters = new Counters(this.#expiryOf)
    return counters
  }
}

/** No two tables have one such name, whatever characters theirs have. */
export const tableName = (schema: string, table: string): string => JSON.stringify([schema, table])

export const idText = ({ tenant, report, number }: BuildId): string => JSON.stringify([tenant, report, number])

export const idOf = ({ tenant, report, number }: BuildId): BuildId => ({ tenant, report, number })
