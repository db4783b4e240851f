import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeReportsDatabase, makeTenants, reader } from '../../test/replica/reports-database.ts'
import { type Connection, type StandaloneServer, startServer } from '../embedded/cluster.ts'
import type { Tenant } from '../tenancy/tenant.ts'
import { unknownFreshness } from './freshness.ts'
import { type ScopedExchange, scopedExchange } from './scoped-exchange.ts'

const tenants = makeTenants(2)
const acme: Tenant = { id: 'acme', schema: 'tenant acme', timeZone: 'UTC' }

/** What one statement may leave on a session, were it not taken back. */
const leaving = [
  `select set_config('search_path', '"tenant Acme"', false)`,
  `select set_config('app.tenant', 'Acme', false)`,
  `select set_config('statement_timeout', '0', false), set_config('work_mem', '64MB', false)`,
  `select set_config('TimeZone', 'Asia/Kathmandu', false), set_config('DateStyle', 'German', false)`,
  `select set_config('role', 'guest', false)`,
  `select set_config('default_transaction_read_only', 'off', false)`,
  `set search_path to "tenant Acme"`,
  `set session characteristics as transaction isolation level serializable read write`,
  `listen heard`,
]

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let server: StandaloneServer
  let connection: Connection
  beforeAll(async () => {
    server = await startServer({ version })
    const { database } = await makeReportsDatabase({ primary: server }, 'reports', tenants)
    connection = { ...server.connection, ...reader, database }
    const admin = new pg.Client(server.connection)
    await admin.connect()
    await admin.query(`create role guest; grant guest to ${reader.user}`)
    await admin.end()
  })
  afterAll(() => server?.close())

  async function withClient<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
    const client = new pg.Client(connection)
    client.on('error', () => {})
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }

  const run = (client: pg.Client, tenancy: 'column' | 'schema', ...texts: string[]) => {
    const exchange: ScopedExchange = {
      ...{ tenant: acme, tenancy, application: 'a report', target: 'database' },
      statements: texts.map((text) => ({ text, values: [] })),
      bounds: { statementTimeoutMilliseconds: 10_000, parallelWorkers: 0 },
      graceMilliseconds: 3_000,
      reading: { columns: [], freshness: () => unknownFreshness },
    }
    return scopedExchange(client, exchange, new AbortController().signal)
  }

  /** All that a session has set. A setting of a name of ours was empty text before anybody set it, or is after. */
  const session = async (client: pg.Client) => {
    const settings = await client.query(`select name, setting from pg_settings order by name`)
    const rest = await client.query(`select current_user, session_user, current_schemas(true)::text,
      coalesce(current_setting('app.tenant', true), ''), (select count(*) from pg_listening_channels()),
      (select count(*) from pg_prepared_statements), (select count(*) from pg_cursors), pg_my_temp_schema()`)
    return [...settings.rows, ...rest.rows]
  }

  test.each(['column', 'schema'] as const)('T3 by %s, nothing remains on the connection', (tenancy) =>
    withClient(async (client) => {
      const before = await session(client)
      for (const text of leaving) {
        const running = run(client, tenancy, text)
        if (text.startsWith('select')) await running
        else await expect(running).rejects.toMatchObject({ connection: 'unusable', fault: { code: 'INTERNAL' } })
        expect(await session(client)).toEqual(before)
        const failed = run(client, tenancy, text, 'select 1/0')
        await expect(failed).rejects.toMatchObject({ connection: text.startsWith('select') ? 'clean' : 'unusable' })
        await client.query('rollback')
        expect(await session(client)).toEqual(before)
      }
    }),
  )

  test('T3 a connection on which a statement ended the transaction is not used again', () =>
    withClient(async (client) => {
      const failed = run(client, 'column', leaving[4] ?? '', 'commit', 'select 1/0')
      await expect(failed).rejects.toMatchObject({ connection: 'unusable' })
      expect((await client.query('select current_user')).rows).toEqual([{ current_user: 'guest' }])
    }))

  test('T3 the scope is what it is, whatever the session had set before', () =>
    withClient(async (client) => {
      await client.query(`set search_path to "tenant Acme"; set app.tenant to 'Acme'; set statement_timeout to 7;
        set session characteristics as transaction isolation level repeatable read; set max_parallel_workers_per_gather to 2`)
      const { outcomes } = await run(
        client,
        'schema',
        `select current_setting('search_path'), current_setting('app.tenant'), current_setting('statement_timeout'),
          current_setting('transaction_read_only'), current_setting('transaction_isolation'),
          current_setting('max_parallel_workers_per_gather'), current_setting('application_name')`,
      )
      expect(outcomes[0]?.rows).toEqual([
        ['"tenant acme", pg_temp', 'acme', '10s', 'on', 'read committed', '0', 'a report'],
      ])
    }))

  test('T3 a function of the name of ours in the search path of the role is not called', () =>
    withClient(async (client) => {
      const admin = new pg.Client({ ...server.connection, database: connection.database })
      await admin.connect()
      await admin.query(`create schema trap; grant usage on schema trap to public;
        create function trap.set_config(text, text, boolean) returns text language sql as $$ select 'not set' $$`)
      await admin.end()
      await client.query('set search_path to trap, pg_catalog')
      const { outcomes } = await run(client, 'column', `select current_setting('app.tenant')`)
      expect(outcomes[0]?.rows).toEqual([['acme']])
    }))

  test('a connection on which the scope fails is not to be used again', () =>
    withClient(async (client) => {
      const unscoped = { ...acme, id: 'a\0b' }
      const exchange: ScopedExchange = {
        ...{ tenant: unscoped, tenancy: 'column', application: 'a report', target: 'database' },
        statements: [{ text: 'select 1', values: [] }],
        bounds: { statementTimeoutMilliseconds: 10_000, parallelWorkers: 0 },
        graceMilliseconds: 3_000,
        reading: { columns: [], freshness: () => unknownFreshness },
      }
      const failed = scopedExchange(client, exchange, new AbortController().signal)
      await expect(failed).rejects.toMatchObject({ connection: 'unusable', fault: { code: 'INTERNAL' } })
    }))

  test('a standby that is none any more is not read', () =>
    withClient(async (client) => {
      const exchange: ScopedExchange = {
        ...{ tenant: acme, tenancy: 'column', application: 'a report', target: 'standby' },
        statements: [{ text: `select pg_advisory_lock(4711)`, values: [] }],
        bounds: { statementTimeoutMilliseconds: 10_000, parallelWorkers: 0 },
        graceMilliseconds: 3_000,
        reading: { columns: [], freshness: () => unknownFreshness },
      }
      await expect(scopedExchange(client, exchange, new AbortController().signal)).rejects.toMatchObject({
        connection: 'unusable',
        fault: { code: 'REPLICA_UNAVAILABLE', detail: expect.stringContaining('no longer a standby') },
      })
      await client.query('rollback')
      expect((await client.query(`select 1 from pg_locks where locktype = 'advisory'`)).rows).toEqual([])
    }))
})
