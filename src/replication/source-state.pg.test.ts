import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSourceDatabase, type SourceDatabase } from '../../test/replication/source-database.ts'
import { type Cluster, startCluster } from '../embedded/cluster.ts'
import { bigint, enumOf, integer, nullable, text } from '../report/column.ts'
import { source as defineSource } from '../report/source.ts'
import { apply } from './apply.ts'
import { publicationNames } from './publications.ts'
import { type FoldedSource, publishedTables } from './published-table.ts'
import { findSilentChanges, type SilentChange } from './silent-changes.ts'
import { readSourceStates } from './source-state.ts'

const columns = { id: bigint(), tenantId: text(), amount: nullable(integer()) }
const named = (table: string, more = {}): FoldedSource => ({
  source: defineSource(table, { columns: { ...columns, ...more }, key: 'id', tenant: 'tenantId' }),
})
const sources = [
  named('item', { mood: nullable(enumOf('sad', 'ok')) }),
  named('sale'),
  { ...named('outbox'), isInsertOnly: true },
]
const tables = publishedTables(sources, [])

const created = `
create type mood as enum ('sad', 'ok');
create table item (id bigint primary key, tenant_id varchar(20), amount integer, mood mood, note text);
insert into item values (1, 'acme', 1, 'sad', 'x');
create table sale (id bigint primary key, tenant_id text, amount integer) partition by range (id);
create table sale_1 partition of sale for values from (0) to (10);
create table sale_2 partition of sale for values from (10) to (20);
insert into sale values (1, 'acme', 1), (11, 'acme', 2);
create table outbox (id bigint, tenant_id text, amount integer)`

type Expected = readonly (Partial<SilentChange> & Pick<SilentChange, 'remedy'>)[]

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ version, standby: false })
  })
  afterAll(() => cluster?.close())

  const states = ({ host }: SourceDatabase) => readSourceStates(host, tables, publicationNames)
  /** What is found after statements, as kept and read again. */
  async function found(...statements: string[]): Promise<SilentChange[]> {
    await using source = await makeSourceDatabase(cluster.primary)
    await source.host.query(created)
    await apply(source.settings, { sources })
    const former = JSON.parse(JSON.stringify(await states(source)))
    for (const statement of statements) await source.host.query(statement)
    return findSilentChanges(former, JSON.parse(JSON.stringify(await states(source))))
  }

  const rebuild = (table: string, column?: string): Expected => [
    { table: `"public"."${table}"`, remedy: 'rebuild', ...(column && { column }) },
  ]

  const cases: readonly [name: string, statements: readonly string[], expected: Expected][] = [
    ['nothing', [], []],
    ['what the stream says', ['insert into item values (2)', 'update sale set amount = 3', 'delete from item'], []],
    ['statistics and vacuum', ['vacuum analyze item', 'vacuum analyze sale', 'reindex table item'], []],
    [
      'a column that no source declares',
      ['alter table item drop column note', 'alter table item add column more text'],
      [],
    ],
    ['a label more', [`alter type mood add value 'fine'`], []],
    ['a longer text', ['alter table item alter tenant_id type varchar(30)'], []],
    [
      'an index, a constraint, a default',
      [
        'create index on item (amount)',
        'alter table item alter amount set default 1',
        'alter table item add check (amount > 0)',
      ],
      [],
    ],
    [
      'a partition made empty',
      [
        'create table sale_3 partition of sale for values from (20) to (30)',
        'alter table sale_3 replica identity full',
      ],
      [],
    ],
    [
      'a partition made empty and written to since',
      [
        'create table sale_3 partition of sale for values from (20) to (30)',
        'alter table sale_3 replica identity full',
        `insert into sale values (21, 'acme', 3)`,
        'vacuum analyze sale_3',
        'update sale set amount = 4 where id = 21',
      ],
      [],
    ],
    [
      'an empty table attached',
      [
        'create table sale_3 (like sale including all)',
        'alter table sale_3 replica identity full',
        'alter table sale attach partition sale_3 for values from (20) to (30)',
      ],
      [],
    ],
    ['TRUNCATE', ['truncate item'], rebuild('item')],
    ['TRUNCATE of a partition', ['truncate sale_1'], rebuild('sale')],
    ['a table written anew', ['alter table item alter amount type integer using amount * 2'], rebuild('item')],
    [
      'a column of another type that fits',
      ['alter table item alter amount type smallint'],
      [...rebuild('item', 'amount'), ...rebuild('item')],
    ],
    ['a label renamed', [`alter type mood rename value 'sad' to 'blue'`], rebuild('item', 'mood')],
    [
      'a partition with rows attached',
      [
        `create table sale_3 (like sale including all)`,
        `insert into sale_3 values (21, 'acme', 3)`,
        'alter table sale_3 replica identity full',
        'alter table sale attach partition sale_3 for values from (20) to (30)',
      ],
      rebuild('sale'),
    ],
    [
      'a partition with rows attached in one transaction',
      [
        `begin; create table sale_3 (like sale including all); savepoint a; insert into sale_3 values (21, 'acme', 3); release a; alter table sale_3 replica identity full; alter table sale attach partition sale_3 for values from (20) to (30); commit`,
      ],
      rebuild('sale'),
    ],
    [
      'a partition whose rows were deleted through the root since',
      [
        `create table sale_3 (like sale including all)`,
        `insert into sale_3 values (21, 'acme', 3)`,
        'alter table sale_3 replica identity full',
        'alter table sale attach partition sale_3 for values from (20) to (30)',
        'delete from sale where id = 21',
        'vacuum sale_3',
      ],
      rebuild('sale'),
    ],
    ['a partition detached', ['alter table sale detach partition sale_1'], rebuild('sale')],
    ['a partition dropped', ['drop table sale_1'], rebuild('sale')],
    [
      'a partition detached and attached again',
      [
        'alter table sale detach partition sale_1',
        'delete from sale_1',
        'alter table sale attach partition sale_1 for values from (0) to (10)',
      ],
      rebuild('sale'),
    ],
    [
      'a table in the place of another',
      [
        'alter table item rename to item_old',
        'create table item (like item_old including all)',
        'alter table item replica identity full',
        'alter publication millrace add table item',
      ],
      rebuild('item'),
    ],
    [
      'a table that left and came back',
      ['alter publication millrace drop table item', 'alter publication millrace add table item'],
      rebuild('item'),
    ],
    [
      'a publication that left updates out for a while',
      [
        `alter publication millrace set (publish = 'insert')`,
        `alter publication millrace set (publish = 'insert, update, delete, truncate')`,
      ],
      [...rebuild('item'), ...rebuild('sale')],
    ],
    [
      'a publication made anew',
      [
        'drop publication millrace_inserts',
        `create publication millrace_inserts for table outbox with (publish = 'insert, truncate', publish_via_partition_root)`,
      ],
      rebuild('outbox'),
    ],
    [
      'a table that left',
      ['alter publication millrace drop table item'],
      [{ table: '"public"."item"', remedy: 'prepare-and-rebuild' }],
    ],
    [
      'a publication that leaves updates out',
      [`alter publication millrace set (publish = 'insert')`],
      [
        { table: '"public"."item"', remedy: 'prepare-and-rebuild' },
        { table: '"public"."sale"', remedy: 'prepare-and-rebuild' },
      ],
    ],
    [
      'rows filtered',
      ['alter publication millrace drop table item', 'alter publication millrace add table item where (id > 5)'],
      [{ table: '"public"."item"', remedy: 'prepare-and-rebuild' }],
    ],
    [
      'a partition without its identity',
      ['create table sale_3 partition of sale for values from (20) to (30)'],
      [{ table: '"public"."sale"', remedy: 'prepare' }],
    ],
    [
      'an identity taken away',
      ['alter table item replica identity default'],
      [{ table: '"public"."item"', remedy: 'prepare' }],
    ],
    [
      'a column dropped',
      ['alter table item drop column amount'],
      [
        {
          table: '"public"."item"',
          remedy: 'stop',
          column: 'amount',
          detail: 'column "amount": the table has no such column',
        },
      ],
    ],
    [
      'a column renamed',
      ['alter table sale rename amount to total'],
      [{ table: '"public"."sale"', remedy: 'stop', column: 'amount' }],
    ],
    [
      'a column of another type',
      ['alter table outbox alter amount type text'],
      [{ table: '"public"."outbox"', remedy: 'stop', column: 'amount' }],
    ],
    [
      'a table dropped',
      ['drop table outbox'],
      [{ table: '"public"."outbox"', remedy: 'stop', detail: 'the table does not exist' }],
    ],
  ]

  test.each(cases)('R8 %s', async (_, statements, expected) => {
    expect(await found(...statements)).toMatchObject(expected)
  })

  test('R8 a table that is new is not a change', async () => {
    await using source = await makeSourceDatabase(cluster.primary)
    await source.host.query(created)
    await apply(source.settings, { sources })
    expect(findSilentChanges([], await states(source))).toEqual([])
  })
})
