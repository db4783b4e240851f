import type pg from 'pg'
import { type History, type Rows, type Step, storageOf, type Transaction } from './history.ts'
import { columnName, insertRows, schemaOf } from './load-world.ts'
import { propertyNames, quoted, type StoredRow, sourcesOf, storedType } from './table.ts'

/** Of rows that are there for a while only. */
const passingId = 1_000_000

/** Counts what took place, by name. */
export type Count = (what: string) => void

/** What the host does: the transactions of a history, on one connection. */
export class Writer {
  readonly #client: pg.Client
  readonly #history: History
  readonly #count: Count
  /** No row of either table has it, or a greater one. */
  #nextId = 10_000

  constructor(client: pg.Client, history: History, count: Count) {
    this.#client = client
    this.#history = history
    this.#count = count
  }

  /** The second table, with every other row of the first. */
  async makeOtherTable(): Promise<void> {
    const { storage, tenants } = this.#history
    for (const schema of new Set(tenants.map((tenant) => schemaOf(storage, tenant)))) {
      const [first, other] = [0, 1].map((table) => `${quoted(schema)}.${quoted(storageOf(storage, table).table)}`)
      await this.#client.query(`create table ${other} (like ${first} including all);
        insert into ${other} select * from ${first} where id % 2 = 0`)
    }
  }

  async run({ steps, isRolledBack }: Transaction): Promise<void> {
    await this.#client.query('begin')
    for (const step of steps) await this.#step(step)
    await this.#client.query(isRolledBack ? 'rollback' : 'commit')
    if (isRolledBack) this.#count('rolled back')
    else if (new Set(steps.flatMap((each) => ('table' in each ? each.table : []))).size > 1) this.#count('two tables')
  }

  /**
   * Takes a row away and puts it back, where there is one: it reaches the stores at once, and with it the position of all before,
   * which an idle fold lets them know now and then only.
   */
  async nudge(client: pg.Client): Promise<void> {
    for (const tenant of this.#history.tenants.keys()) {
      const table = this.#table({ table: 0, tenant })
      const { rowCount } = await client.query(
        `with gone as (delete from ${table} where ${chosen(table, { from: 0, count: 1 })} returning *)
         insert into ${table} select * from gone`,
      )
      if (rowCount === 1) return
    }
  }

  /** Inserts rows one by one, and in the end takes them away again: what goes on while bases are read. */
  async writeUntil(client: pg.Client, isOver: () => boolean): Promise<void> {
    const { storage, tenants } = this.#history
    const rows = tenants.flatMap((tenant) => tenant.rows.slice(0, 5).map((row) => ({ tenant, row })))
    if (rows.length === 0) return
    for (let turn = 0; !isOver(); turn++) {
      const { tenant, row } = rows[turn % rows.length] as (typeof rows)[number]
      await insertRows(client, storageOf(storage, turn % 2), tenant, [row], passingId + turn)
      this.#count('written while bases were read')
    }
    for (const table of [0, 1]) {
      for (const tenant of tenants.keys()) {
        await client.query(`delete from ${this.#table({ table, tenant })} where id >= ${passingId}`)
      }
    }
  }

  /** So that nothing of either table is left. */
  async deleteAll(): Promise<void> {
    for (const table of [0, 1]) {
      for (const tenant of this.#history.tenants.keys()) {
        await this.#client.query(`delete from ${this.#table({ table, tenant })}`)
      }
    }
  }

  async #step(step: Step): Promise<void> {
    if (step.step === 'savepoint') {
      await this.#client.query('savepoint before')
      for (const each of step.steps) await this.#step(each)
      await this.#client.query(`${step.isUndone ? 'rollback to' : 'release'} savepoint before`)
      this.#count(step.isUndone ? 'savepoint undone' : 'savepoint kept')
      return
    }
    if ((await this.#run(step)) > 0) this.#count(step.step)
  }

  /** How many rows it was about. */
  async #run(step: Exclude<Step, { step: 'savepoint' }>): Promise<number> {
    const table = this.#table(step)
    switch (step.step) {
      case 'insert':
        return await this.#insert(step, step.inserted)
      case 'copy': {
        const values = step.values
        const copies = Array.from({ length: step.times }, (_, at) => ({
          ...step.row,
          [step.property]: values[at % values.length] as string,
        }))
        if (step.times > 1_000) this.#count('very large')
        return await this.#insert(step, copies)
      }
      case 'update':
        await this.#countUnchanged(step, Object.keys(step.set))
        return await this.#update(step, step.rows, step.set)
      case 'touch':
        await this.#countUnchanged(step, [])
        return await this.#changed(`update ${table} set id = id where ${chosen(table, step.rows)}`)
      case 'enlarge':
        return await this.#enlarge(step, step.rows, step.property)
      case 'moveKey': {
        const first = this.#nextId
        this.#nextId += step.rows.count
        return await this.#changed(
          `update ${table} set id = ${first} + moved.place
           from (select id as former, row_number() over (order by id) - 1 as place from ${table} where ${chosen(table, step.rows)}) moved
           where id = former`,
        )
      }
      case 'moveTenant':
        return await this.#moveTenant(step)
      case 'delete':
        return await this.#changed(`delete from ${table} where ${chosen(table, step.rows)}`)
      case 'truncate':
        await this.#client.query(`truncate ${table}`)
        return 1
    }
  }

  async #insert(target: Target, rows: readonly StoredRow[]): Promise<number> {
    const { storage, tenants } = this.#history
    const first = this.#nextId
    this.#nextId += rows.length
    const tenant = tenants[target.tenant] as History['tenants'][number]
    await insertRows(this.#client, storageOf(storage, target.table), tenant, rows, first)
    return rows.length
  }

  async #update(target: Target, rows: Rows, set: StoredRow): Promise<number> {
    const table = this.#table(target)
    const names = Object.keys(set)
    const list = names.map((name, at) => `${this.#column(name)} = $${at + 1}::text::${this.#type(target, name)}`)
    return await this.#changed(
      `update ${table} set ${list.join(', ')} where ${chosen(table, rows)}`,
      names.map((name) => set[name] ?? null),
    )
  }

  async #enlarge(target: Target, rows: Rows, property: 'name' | 'note'): Promise<number> {
    const { text } = this.#history.storage
    if (text === 'varchar(40)' || text === 'char(12)') return 0
    const table = this.#table(target)
    const large = `(select string_agg(md5(n::text || ${rows.from} + id % 3), '') from generate_series(1, 150) n)`
    return await this.#changed(`update ${table} set ${this.#column(property)} = ${large} where ${chosen(table, rows)}`)
  }

  async #moveTenant(step: Extract<Step, { step: 'moveTenant' }>): Promise<number> {
    const { storage, tenants } = this.#history
    const table = this.#table(step)
    const to = tenants[step.to] as History['tenants'][number]
    if (storage.tenancy !== 'schema') {
      const set = `"Tenant" = $1::text::${storage.tenancy}`
      return await this.#changed(`update ${table} set ${set} where ${chosen(table, step.rows)}`, [to.id])
    }
    const first = this.#nextId
    this.#nextId += step.rows.count
    const target = { table: step.table, tenant: step.to }
    const names = propertyNames.map((name) => this.#column(name)).join(', ')
    const values = propertyNames.map((name) => `${this.#column(name)}::text::${this.#type(target, name)}`).join(', ')
    return await this.#changed(`with gone as (delete from ${table} where ${chosen(table, step.rows)} returning *)
      insert into ${this.#table(target)} (id, ${names})
      select ${first} + row_number() over (order by id) - 1, ${values} from gone`)
  }

  /** Rows of which a large value, stored apart, is left alone. */
  async #countUnchanged(step: Extract<Step, { rows: Rows }>, changed: readonly string[]): Promise<void> {
    const table = this.#table(step)
    const kept = ['name', 'note'].filter((name) => !changed.includes(name))
    if (kept.length === 0) return
    const { rows } = await this.#client.query(
      `select 1 from ${table} where ${chosen(table, step.rows)}
         and greatest(${kept.map((name) => `length(${this.#column(name)}::text)`).join(', ')}) > 3000 limit 1`,
    )
    if (rows.length > 0) this.#count('large value left alone')
  }

  async #changed(text: string, values: unknown[] = []): Promise<number> {
    return (await this.#client.query(text, values)).rowCount ?? 0
  }

  #table({ table, tenant }: Target): string {
    const { storage, tenants } = this.#history
    const schema = schemaOf(storage, tenants[tenant] as History['tenants'][number])
    return `${quoted(schema)}.${quoted(storageOf(storage, table).table)}`
  }

  #column(property: string): string {
    return quoted(columnName(sourcesOf(this.#history.storage), property))
  }

  #type({ tenant }: Target, property: string): string {
    const { storage, tenants } = this.#history
    const type = storedType(storage, property).replace(/ collate .*/, '')
    if (type !== '"Level"') return type
    return `${quoted(schemaOf(storage, tenants[tenant] as History['tenants'][number]))}."Level"`
  }
}

interface Target {
  readonly table: number
  readonly tenant: number
}

/** Which rows are meant: a function of the table's state alone, so that a history does the same again. */
const chosen = (table: string, { from, count }: Rows): string =>
  `id in (select id from ${table} order by id offset (select coalesce(${from} % nullif(count(*), 0), 0) from ${table}) limit ${count})`
