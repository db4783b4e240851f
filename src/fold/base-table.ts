import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { RelationColumn } from '../replication/relation.ts'
import { tableText } from '../replication/statement-text.ts'
import { readStoredColumns } from '../replication/stored-columns.ts'
import { PoisonedValue } from '../rollup/poisoned-value.ts'
import type { BaseOptions, FillingBuild } from './base.ts'
import { columnsOfBuild } from './base-columns.ts'
import { CopiedRow } from './copied-row.ts'
import { type CopyListener, copyRows } from './copy-rows.ts'
import type { Filling, FillingCounters } from './filling-counters.ts'
import { groupBy } from './group-by.ts'
import { keyText, poisonDetail } from './poison.ts'
import { tenantText } from './routes.ts'
import { tenantsCondition } from './tenants-condition.ts'

const progressMilliseconds = 500
/** Work between two pauses of a throttled base. */
const stintMilliseconds = 50

/** One table of a base: its rows, and the builds that they are added to. */
export class BaseTable implements CopyListener {
  readonly #options: BaseOptions
  readonly #counters: FillingCounters
  readonly #columns: readonly RelationColumn[]
  readonly #row: CopiedRow
  readonly #fillings: readonly Filling[]
  /** By what the tenant's column says; of a table that is one tenant's alone all by null. */
  readonly #byTenant: ReadonlyMap<string | null, readonly Filling[]>
  readonly #tenantIndex: number
  #rows = 0
  #tell: (rows: number) => void = () => {}
  #toldAt = performance.now()
  #stintBegan = 0

  private constructor(
    options: BaseOptions,
    builds: readonly FillingBuild[],
    columns: readonly RelationColumn[],
    counters: FillingCounters,
  ) {
    this.#options = options
    this.#counters = counters
    this.#columns = columns
    this.#row = new CopiedRow(columns)
    this.#fillings = builds.map((build) => counters.add(build))
    const { tenantColumn } = this.#source
    this.#byTenant = groupBy(this.#fillings, ({ filled }) => (tenantColumn === null ? null : tenantText(filled)))
    this.#tenantIndex = columns.findIndex(({ name }) => name === tenantColumn?.column)
  }

  /** Builds that need a column that is not there, or that no text can be made of, are told and left out. Undefined where none is left. */
  static async open(
    options: BaseOptions,
    builds: readonly FillingBuild[],
    counters: FillingCounters,
  ): Promise<BaseTable | undefined> {
    const [first] = builds
    if (first === undefined) return undefined
    const { source } = first.definition
    const needed = new Map(builds.map((build) => [build, columnsOfBuild(build.definition)]))
    const asked = [
      ...new Set([...[...needed.values()].flat(), ...builds.flatMap(({ definition }) => definition.source.key)]),
    ]
    const columns = await readStoredColumns(options.client, source, asked)
    const missing = (name: string): string | undefined => {
      const column = columns.find((each) => each.name === name)
      if (column === undefined) return 'there is no such column'
      return column.text === undefined ? `cannot be read: its type is ${column.type}` : undefined
    }
    const whole = builds.filter((build) => {
      const lacking = needed.get(build)?.find((name) => missing(name) !== undefined)
      if (lacking === undefined) return true
      const { schema, table } = source
      options.onPoison([build], `${schema}.${table}, column "${lacking}": ${missing(lacking)}`)
      return false
    })
    return whole.length === 0 ? undefined : new BaseTable(options, whole, columns, counters)
  }

  /** How many rows were read. */
  async read(tell: (rows: number) => void): Promise<number> {
    this.#tell = tell
    const source = this.#source
    const condition = tenantsCondition(source, [...this.#byTenant.keys()].map(String))
    if (condition === undefined) return 0
    const names = this.#columns.map(({ name }) => pg.escapeIdentifier(name)).join(', ')
    this.#stintBegan = performance.now()
    const { client, signal } = this.#options
    await copyRows(client, `select ${names} from ${tableText(source)} where ${condition}`, this, signal)
    return this.#rows
  }

  row(bytes: Buffer, at: number): void {
    const row = this.#row
    row.set(bytes, at)
    this.#rows++
    const tenant = this.#tenantIndex === -1 ? null : row.text(this.#tenantIndex)
    const fillings = this.#byTenant.get(tenant)
    if (fillings === undefined) return
    try {
      for (const { isOpen, fold, counters } of fillings) if (isOpen) fold(row.image, 1, counters)
    } catch (error) {
      if (!(error instanceof PoisonedValue)) throw error
      this.#poisoned(fillings, error)
    }
  }

  piece(): Promise<void> | undefined {
    const now = performance.now()
    if (now - this.#toldAt > progressMilliseconds) {
      this.#toldAt = now
      this.#tell(this.#rows)
    }
    const { pauseRatio = 0, signal } = this.#options
    const worked = now - this.#stintBegan
    const flushing = this.#counters.flushWhenFull()
    if (flushing !== undefined) return flushing
    if (pauseRatio === 0 || worked < stintMilliseconds) return undefined
    return delay((worked * pauseRatio) / (1 - pauseRatio), undefined, { signal }).then(() => {
      this.#stintBegan = performance.now()
    })
  }

  get #source() {
    return (this.#fillings[0] as Filling).filled.definition.source
  }

  /** As with a change: the rollups of the row's tenant over this table end, and nobody else's. */
  #poisoned(fillings: readonly Filling[], { column, message }: PoisonedValue): void {
    const open = fillings.filter(({ isOpen }) => isOpen)
    for (const filling of open) this.#counters.close(filling)
    const { schema, table, key } = this.#source
    const named = keyText(key, (name) => {
      const index = this.#columns.findIndex((each) => each.name === name)
      return index === -1 ? undefined : this.#row.text(index)
    })
    this.#options.onPoison(
      open.map(({ filled }) => filled),
      poisonDetail({ schema, table }, column, message, named),
    )
  }
}
