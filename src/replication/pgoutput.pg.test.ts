import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { brief, commitsOf, read } from '../../test/replication/reading.ts'
import { makeSourceDatabase, type SourceDatabase } from '../../test/replication/source-database.ts'
import { type Cluster, startCluster } from '../embedded/cluster.ts'
import { positionOfLsn } from './position.ts'
import { columnIndex } from './relation.ts'

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ version, standby: false })
  })
  afterAll(() => cluster?.close())

  async function prepared(tables: string, published: string): Promise<SourceDatabase> {
    const source = await makeSourceDatabase(cluster.primary)
    await source.host.query(`${tables};
      create publication millrace for table ${published} with (publish_via_partition_root = true)`)
    return source
  }

  test('R3 a transaction comes whole, at the end of its commit record, at the time of the commit', async () => {
    await using source = await prepared('create table item (id integer primary key)', 'item')
    await using reading = await read(source, { slot: await source.slot() })
    const { host } = source
    await host.query('begin; insert into item values (1); savepoint one; insert into item values (2); rollback to one')
    await host.query('insert into item values (3); commit')
    const { rows } = await host.query(`insert into item values (4) returning pg_current_xact_id()::text as id`)
    const ends: string[] = []
    for (let id = 5; id < 15; id++) {
      await host.query('insert into item values ($1)', [id])
      ends.push((await host.query('select pg_current_wal_lsn()::text as lsn')).rows[0].lsn)
    }
    const events = await reading.untilNow()
    const told = events.filter(({ type }) => type !== 'idle')
    const types = ['begin', 'insert', 'insert', 'commit', 'begin', 'insert', 'commit']
    expect(told.slice(0, 7).map(({ type }) => type)).toEqual(types)
    expect(brief(told.slice(0, 7))).toEqual([1, 3, 4].map((id) => ['insert', 'item', [String(id)]]))
    expect(told[4]).toMatchObject({ transactionId: Number(rows[0].id) })
    const commits = commitsOf(events)
    const positions = commits.map(({ position }) => position)
    expect(positions).toEqual([...new Set(positions)].sort())
    // The server writes a record of its own now and then, which may come between a commit and the question.
    const matching = ends.filter((lsn, index) => positionOfLsn(lsn) === positions[index + 2])
    expect(matching.length).toBeGreaterThan(7)
    expect(Math.abs(Number(commits[0]?.committedAt) / 1000 - Date.now())).toBeLessThan(60_000)
  })

  test('R5 a large value that an update leaves alone is that of the before-image', async () => {
    const large = `(select string_agg(md5(n::text), '') from generate_series(1, 400) n)`
    await using source = await prepared(
      `create table document (id integer primary key, title text, body text);
       alter table document replica identity full; insert into document values (1, 'one', ${large}), (2, 'two', null)`,
      'document',
    )
    await using reading = await read(source, { slot: await source.slot() })
    const { rows } = await source.host.query('select body from document where id = 1')
    const body = rows[0].body as string
    await source.host.query(`update document set title = 'first' where id = 1`)
    await source.host.query(`update document set title = 'second' where id = 2`)
    await source.host.query(`update document set body = null where id = 1`)
    expect(brief(await reading.untilNow())).toEqual([
      ['update', 'document', ['1', 'one', body], ['1', 'first', body]],
      ['update', 'document', ['2', 'two', null], ['2', 'second', null]],
      ['update', 'document', ['1', 'first', body], ['1', 'first', null]],
    ])
  })

  test('a row says which of its columns are the same as in another', async () => {
    const large = `(select string_agg(md5(n::text), '') from generate_series(1, 400) n)`
    await using source = await prepared(
      `create table item (id integer primary key, n numeric, note text, body text, more text);
       alter table item replica identity full; insert into item values (1, 1.0, null, ${large}, 'm')`,
      'item',
    )
    await using reading = await read(source, { slot: await source.slot() })
    await source.host.query(`update item set n = 2, note = '', more = 'm'`)
    const [update] = (await reading.untilNow()).filter((event) => event.type === 'update')
    if (update === undefined) throw new Error('no update')
    const { before, after, relation } = update
    const same = relation.columns.map((_, index) => [after.isSame(index, before), before.isSame(index, after)])
    expect(same).toEqual([true, false, false, true, true].map((is) => [is, is]))
    expect([columnIndex(relation, 'note'), columnIndex(relation, 'absent')]).toEqual([2, undefined])
    expect([before.isNull(2), after.isNull(2)]).toEqual([true, false])
    // In whatever order it is asked.
    expect([4, 0, 2, 1, 4].map((index) => after.text(index))).toEqual(['m', '1', '', '2', 'm'])
  })

  test('R6 an update or delete without the row as it was is incomplete, and says why', async () => {
    await using source = await prepared('create table item (id integer primary key, name text, body text)', 'item')
    await using reading = await read(source, { slot: await source.slot() })
    await source.host.query(`insert into item values (1, 'one', 'b')`)
    await source.host.query(`update item set name = 'first'`)
    await source.host.query('update item set id = 2')
    await source.host.query('delete from item')
    const detail = 'public.item has replica identity default, so that its old row did not come'
    expect(brief(await reading.untilNow())).toEqual([
      ['insert', 'item', ['1', 'one', 'b']],
      ['incomplete', 'item', 'update', detail],
      ['incomplete', 'item', 'update', detail],
      ['incomplete', 'item', 'delete', detail],
    ])
  })

  test('R7 TRUNCATE names every table that it empties', async () => {
    await using source = await prepared(
      `create table item (id integer primary key); create table part (id integer references item);
       create table other (id integer); create table sale (id integer) partition by range (id);
       create table sale_1 partition of sale for values from (0) to (10)`,
      'item, part, other, sale',
    )
    await using reading = await read(source, { slot: await source.slot() })
    await source.host.query('truncate item cascade')
    await source.host.query('truncate other, sale')
    expect(brief(await reading.untilNow())).toEqual([
      ['truncate', 'item', 'part'],
      ['truncate', 'other', 'sale'],
    ])
  })

  test('R13 a partitioned table speaks as its root, whatever its partitions look like', async () => {
    await using source = await prepared(
      `create table sale (id integer, at date, amount integer, primary key (id, at)) partition by range (at);
       create table sale_old partition of sale for values from (minvalue) to ('2025-01-01');
       create table sale_new (amount integer, gone text, at date not null, id integer not null, primary key (id, at));
       alter table sale_new drop column gone;
       alter table sale attach partition sale_new for values from ('2025-01-01') to (maxvalue);
       alter table sale_old replica identity full; alter table sale_new replica identity full`,
      'sale',
    )
    await using reading = await read(source, { slot: await source.slot() })
    await source.host.query(`insert into sale values (1, '2024-06-01', 10), (2, '2025-06-01', 20)`)
    await source.host.query(`update sale set amount = amount + 1`)
    await source.host.query(`update sale set at = '2025-06-02' where id = 1`)
    await source.host.query(`delete from sale`)
    const events = await reading.untilNow()
    expect(brief(events)).toEqual([
      ['insert', 'sale', ['1', '2024-06-01', '10']],
      ['insert', 'sale', ['2', '2025-06-01', '20']],
      ['update', 'sale', ['1', '2024-06-01', '10'], ['1', '2024-06-01', '11']],
      ['update', 'sale', ['2', '2025-06-01', '20'], ['2', '2025-06-01', '21']],
      ['delete', 'sale', ['1', '2024-06-01', '11']],
      ['insert', 'sale', ['1', '2025-06-02', '11']],
      ['delete', 'sale', ['2', '2025-06-01', '21']],
      ['delete', 'sale', ['1', '2025-06-02', '11']],
    ])
  })

  test.each(['full', 'default'])(
    'R6 of a partition that does not say old rows no row is guessed, where the root says %s',
    async (identity) => {
      await using source = await prepared(
        `create table sale (id integer, at date, amount integer, note text, primary key (id, at)) partition by range (at);
       create table sale_old partition of sale for values from (minvalue) to ('2025-01-01');
       create table sale_new partition of sale for values from ('2025-01-01') to (maxvalue);
       alter table sale_old replica identity full; alter table sale replica identity ${identity};
       insert into sale values (1, '2024-06-01', 10), (2, '2024-06-01', null), (3, '2025-06-01', 30), (4, '2025-06-01', null)`,
        'sale',
      )
      await using reading = await read(source, { slot: await source.slot() })
      const { host } = source
      await host.query('update sale set id = id + 10 where id <= 2')
      await host.query(`insert into sale values (5, '2025-06-01', 50)`)
      await host.query('update sale set id = 13 where id = 3')
      await host.query('update sale set amount = 1 where id = 4')
      await host.query('update sale set id = 11 where id = 11')
      await host.query(`update sale set amount = 2 where id = 12`)
      await host.query('delete from sale where id = 5')
      const detail =
        'its partition public.sale_new has replica identity default, so that the old row of public.sale did not come'
      expect(brief(await reading.untilNow())).toEqual([
        ['update', 'sale', ['1', '2024-06-01', '10', null], ['11', '2024-06-01', '10', null]],
        ['update', 'sale', ['2', '2024-06-01', null, null], ['12', '2024-06-01', null, null]],
        ['insert', 'sale', ['5', '2025-06-01', '50', null]],
        ['incomplete', 'sale', 'update', detail],
        ['incomplete', 'sale', 'update', detail],
        // A row that holds more than a key is whole; one that does not may be of either partition.
        ['update', 'sale', ['11', '2024-06-01', '10', null], ['11', '2024-06-01', '10', null]],
        ['incomplete', 'sale', 'update', detail],
        ['incomplete', 'sale', 'delete', detail],
      ])
      await host.query('alter table sale_new replica identity full')
      await host.query('update sale set amount = 3 where id in (4, 12)')
      expect(brief(await reading.untilNow())).toEqual([
        ['update', 'sale', ['12', '2024-06-01', '2', null], ['12', '2024-06-01', '3', null]],
        ['update', 'sale', ['4', '2025-06-01', '1', null], ['4', '2025-06-01', '3', null]],
      ])
    },
  )

  test('a table that changes while it is read is read as it was at each change', async () => {
    await using source = await prepared(
      'create table item (id integer, name text); alter table item replica identity full',
      'item',
    )
    await using reading = await read(source, { slot: await source.slot() })
    const { host } = source
    await host.query(`insert into item values (1, 'one')`)
    await host.query('alter table item add column price numeric(6,2)')
    await host.query(`insert into item values (2, 'two', 2.5)`)
    await host.query('alter table item drop column name')
    await host.query('insert into item values (3, 3)')
    await host.query('alter table item rename to thing')
    await host.query('delete from thing')
    expect(brief(await reading.untilNow())).toEqual([
      ['insert', 'item', ['1', 'one']],
      ['insert', 'item', ['2', 'two', '2.50']],
      ['insert', 'item', ['3', '3.00']],
      ['delete', 'thing', ['1', null]],
      ['delete', 'thing', ['2', '2.50']],
      ['delete', 'thing', ['3', '3.00']],
    ])
  })

  test('tables with types of their own are read side by side, also where a type gets another name', async () => {
    await using source = await prepared(
      `create type mood as enum ('sad', 'ok'); create type colour as enum ('red'); create domain score as integer;
       create table item (id integer, mood mood); create table part (id integer, colour colour, score score)`,
      'item, part',
    )
    await using reading = await read(source, { slot: await source.slot() })
    const { host } = source
    await host.query(
      `insert into item values (1, 'sad'); insert into part values (1, 'red', 7); insert into item values (2, 'ok')`,
    )
    await host.query(`alter type mood rename to feeling; insert into part values (2, 'red', 8)`)
    await host.query(`insert into item values (3, 'sad'); insert into part values (3, 'red', 9)`)
    expect(brief(await reading.untilNow())).toEqual([
      ['insert', 'item', ['1', 'sad']],
      ['insert', 'part', ['1', 'red', '7']],
      ['insert', 'item', ['2', 'ok']],
      ['insert', 'part', ['2', 'red', '8']],
      ['insert', 'item', ['3', 'sad']],
      ['insert', 'part', ['3', 'red', '9']],
    ])
  })

  test('a relation stays the same object until it changes', async () => {
    await using source = await prepared('create table item (id integer); create table part (id integer)', 'item, part')
    await using reading = await read(source, { slot: await source.slot() })
    const { host } = source
    for (const statement of [
      'insert into item values (1)',
      'insert into item values (2)',
      'alter table part add n integer',
      'insert into item values (3)',
      'alter table item add n integer',
      'insert into item values (4)',
    ])
      await host.query(statement)
    const relations = (await reading.untilNow()).flatMap((event) => (event.type === 'insert' ? [event.relation] : []))
    expect(relations.map((relation) => relations.indexOf(relation))).toEqual([0, 0, 0, 3])
  })

  test('a message is told, within its transaction where it is transactional', async () => {
    await using source = await prepared('create table item (id integer)', 'item')
    await using reading = await read(source, { slot: await source.slot() })
    await source.host.query(
      `begin; select pg_logical_emit_message(true, 'within', 'a'); select pg_logical_emit_message(false, 'between', 'b'); commit`,
    )
    const events = (await reading.untilNow()).filter(({ type }) => type !== 'idle')
    expect(
      events.map((event) =>
        event.type === 'message' ? [event.prefix, event.content.toString(), event.isTransactional] : event.type,
      ),
    ).toEqual([['between', 'b', false], 'begin', ['within', 'a', true], 'commit'])
  })
})
