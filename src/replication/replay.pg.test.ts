import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { read, texts } from '../../test/replication/reading.ts'
import { makeSourceDatabase } from '../../test/replication/source-database.ts'
import { seed } from '../../test/seed.ts'
import { type Cluster, startCluster } from '../embedded/cluster.ts'
import type { ChangeEvent } from './change-event.ts'
import type { Row } from './row.ts'

const transactions = process.env.MILLRACE_LONG === '1' ? 5_000 : 300

const columns = 'id integer, tenant text not null, amount numeric, body text'
const created = `
create table keyed (${columns}, primary key (id, tenant));
create table keyless (${columns});
create table parted (${columns}, primary key (id, tenant)) partition by range (id);
create table parted_low partition of parted for values from (minvalue) to (25);
create table parted_high (body text, gone integer, amount numeric, tenant text not null, id integer not null, primary key (id, tenant));
alter table parted_high drop column gone;
alter table parted attach partition parted_high for values from (25) to (maxvalue);
alter table keyed replica identity full; alter table keyless replica identity full;
alter table parted_low replica identity full; alter table parted_high replica identity full;
create publication millrace for table keyed, keyless, parted with (publish_via_partition_root = true)`
const tables = ['keyed', 'keyless', 'parted']

const table = fc.constantFrom(...tables)
const id = fc.integer({ min: 0, max: 50 })
const tenant = fc.constantFrom('acme', 'Äcme', '')
const amount = fc.constantFrom('null', '0', '1.50', '-99999999999999999999.0001')
/** Some of the values are stored apart, and are then left out of the log of an update that leaves them alone. */
const body = fc.constantFrom(
  'null',
  `''`,
  `'short'`,
  `(select string_agg(md5(n::text), '') from generate_series(1, 150) n)`,
)
const values = fc.tuple(id, tenant, amount, body)
const where = fc
  .tuple(id, id)
  .map(([one, other]) => `where id between ${Math.min(one, other)} and ${Math.max(one, other)}`)

const statement = fc.oneof(
  {
    weight: 50,
    arbitrary: fc
      .tuple(table, fc.array(values, { minLength: 1, maxLength: 5 }))
      .map(
        ([into, rows]) =>
          `insert into ${into} values ${rows.map(([id, tenant, amount, body]) => `(${id}, '${tenant}', ${amount}, ${body})`).join(', ')} ${into === 'keyless' ? '' : 'on conflict do nothing'}`,
      ),
  },
  {
    weight: 30,
    arbitrary: fc
      .tuple(table, amount, where)
      .map(([name, amount, where]) => `update ${name} set amount = ${amount} ${where}`),
  },
  {
    weight: 10,
    arbitrary: fc.tuple(table, body, where).map(([name, body, where]) => `update ${name} set body = ${body} ${where}`),
  },
  {
    weight: 20,
    arbitrary: fc
      .tuple(table, id, id)
      .map(
        ([name, from, to]) =>
          `update ${name} set id = ${to} where id = ${from} and not exists (select from ${name} where id = ${to})`,
      ),
  },
  { weight: 10, arbitrary: fc.tuple(table, where).map(([name, where]) => `delete from ${name} ${where}`) },
  { weight: 1, arbitrary: table.map((name) => `truncate ${name}`) },
)
const transaction = fc.record({
  statements: fc.array(statement, { minLength: 1, maxLength: 5 }),
  undone: fc.array(statement, { maxLength: 2 }),
  isRolledBack: fc.nat(9).map((number) => number === 0),
})

/** Tables as multisets of rows; a row that is taken away must be there. */
class Replay {
  readonly #tables = new Map(tables.map((name) => [name, new Map<string, number>()]))

  apply(event: ChangeEvent): void {
    if (event.type === 'incomplete') throw new Error(event.detail)
    if (event.type === 'truncate') for (const { table } of event.relations) this.#tables.get(table)?.clear()
    if (event.type === 'delete' || event.type === 'update') this.#add(event.before, -1)
    if (event.type === 'insert' || event.type === 'update') this.#add(event.after, 1)
  }

  rows(name: string): string[] {
    return [...(this.#tables.get(name) ?? [])].flatMap(([row, count]) => Array<string>(count).fill(row)).sort()
  }

  #add(row: Row, by: number): void {
    const rows = this.#tables.get(row.relation.table) as Map<string, number>
    const key = JSON.stringify(texts(row))
    const count = (rows.get(key) ?? 0) + by
    if (count < 0) throw new Error(`a row was taken away that is not there: ${key}`)
    if (count === 0) rows.delete(key)
    else rows.set(key, count)
  }
}

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ version, standby: false, settings: { logical_decoding_work_mem: '64kB' } })
  })
  afterAll(() => cluster?.close())

  test(`R3 R5 R7 R13 the changes of any history lead to the tables as they are (seed ${seed})`, async () => {
    await using source = await makeSourceDatabase(cluster.primary)
    const { host } = source
    await host.query(created)
    await using reading = await read(source, { slot: await source.slot() })
    const replay = new Replay()
    let rowsSeen = 0
    for (const [turn, { statements, undone, isRolledBack }] of fc
      .sample(transaction, { numRuns: transactions, seed })
      .entries()) {
      await host.query('begin')
      for (const text of statements) await host.query(text)
      await host.query('savepoint before')
      for (const text of undone) await host.query(text)
      await host.query('rollback to before')
      await host.query(isRolledBack ? 'rollback' : 'commit')
      if (turn % 50 !== 49) continue
      for (const event of await reading.untilNow()) replay.apply(event)
      for (const name of tables) {
        const { rows } = await host.query({
          text: `select id::text, tenant, amount::text, body from ${name}`,
          rowMode: 'array',
        })
        expect(replay.rows(name)).toEqual(rows.map((row) => JSON.stringify(row)).sort())
        rowsSeen += rows.length
      }
    }
    expect(rowsSeen).toBeGreaterThan(transactions / 10)
  }, 600_000)
})
