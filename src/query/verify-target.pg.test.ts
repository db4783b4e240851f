import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startProxy } from '../../test/replica/proxy.ts'
import { makeReportsDatabase, makeTenants, plain, reader, secretOf } from '../../test/replica/reports-database.ts'
import { type Cluster, type Connection, type StandaloneServer, startCluster, startServer } from '../embedded/cluster.ts'
import { query } from '../embedded/database.ts'
import type { Target } from '../secret/analytics-secret.ts'
import { verifyTarget } from './verify-target.ts'

const tenants = makeTenants(1)
const role = 'proved'

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  let another: StandaloneServer
  let admin: Connection
  let elsewhere: Connection
  beforeAll(async () => {
    cluster = await startCluster({ version })
    another = await startServer({ version })
    admin = await makeReportsDatabase(cluster, 'reports', tenants)
    elsewhere = await makeReportsDatabase({ primary: another }, 'reports', tenants)
    for (const server of [admin, elsewhere]) {
      await query(server, `create role ${role} login password 'p'`)
      await query(server, `create table public.heartbeat (beat_at timestamptz, local_at timestamp)`)
    }
    await cluster.caughtUp()
  })
  afterAll(async () => {
    await cluster?.close()
    await another?.close()
  })

  const where = { standby: () => cluster.standby, primary: () => cluster.primary, elsewhere: () => another }

  async function verify(
    at: keyof typeof where,
    members: Partial<Target>,
    options: { readonly user?: Pick<Connection, 'user' | 'password'>; readonly primary?: Connection } = {},
  ): Promise<readonly string[]> {
    const user = options.user ?? { user: role, password: 'p' }
    const connection = { ...where[at]().connection, database: admin.database, ...user }
    const client = new pg.Client(connection)
    await client.connect()
    onTestFinished(() => client.end())
    return verifyTarget(client, secretOf(connection, members, options.primary).current(), {
      connectTimeoutMilliseconds: 1_000,
      silenceMilliseconds: 10_000,
    })
  }
  const refused = (detail: string) => ({ code: 'TARGET_REFUSED', detail: expect.stringContaining(detail) })

  /** What a role is given on the primary for the time of a test. */
  async function given(statement: string, taken: string): Promise<void> {
    await query(admin, statement)
    await cluster.caughtUp()
    onTestFinished(async () => {
      await query(admin, taken)
      await cluster.caughtUp()
    })
  }

  test('T5 a target that is what it declares, with a role that may only read, is taken without a warning', async () => {
    expect(await verify('standby', { target: 'standby' })).toEqual([])
    expect(await verify('standby', { target: 'standby' }, { primary: admin })).toEqual([])
    expect(await verify('elsewhere', { target: 'database' })).toEqual([])
    expect(await verify('elsewhere', { target: 'database' }, { primary: admin })).toEqual([])
    const user = reader
    expect(await verify('standby', { target: 'standby' }, { user })).toEqual([])
  })

  test('the primary is warned of', async () => {
    expect(await verify('primary', { target: 'primary' })).toEqual([expect.stringContaining('make a read replica')])
  })

  test('T5 a declaration that is not the truth is refused', async () => {
    await expect(verify('primary', { target: 'standby' })).rejects.toMatchObject(refused('is not in recovery'))
    await expect(verify('standby', { target: 'database' })).rejects.toMatchObject(refused('is in recovery'))
    await expect(verify('standby', { target: 'primary' })).rejects.toMatchObject(refused('is in recovery'))
    await expect(verify('primary', { target: 'database' }, { primary: admin })).rejects.toMatchObject(
      refused('is the server that `primary` names'),
    )
    await expect(verify('standby', { target: 'standby' }, { primary: elsewhere })).rejects.toMatchObject(
      refused('standby of another server'),
    )
  })

  test('a primary that cannot be asked is warned of, and no more', async () => {
    const primary = { ...admin, port: 1 }
    expect(await verify('standby', { target: 'standby' }, { primary })).toEqual([
      expect.stringContaining('could not be asked'),
    ])
  })

  test.each([
    [`grant insert on public.item to ${role}`, `revoke insert on public.item from ${role}`, 'public.item'],
    [`grant truncate on public.item to public`, `revoke truncate on public.item from public`, 'public.item'],
    [`grant update (n) on public.item to ${role}`, `revoke update (n) on public.item from ${role}`, 'public.item'],
    [`grant usage on sequence numbers to ${role}`, `revoke usage on sequence numbers from ${role}`, 'public.numbers'],
    [
      `grant delete on "tenant acme".item to ${role}`,
      `revoke delete on "tenant acme".item from ${role}`,
      '"tenant acme".item',
    ],
    [`grant pg_write_all_data to ${role}`, `revoke pg_write_all_data from ${role}`, 'public.guarded'],
  ])('T5 a role that may write is refused where it could: %s', async (grant, revoke, table) => {
    await given(grant, revoke)
    await expect(verify('primary', { target: 'primary' })).rejects.toMatchObject(refused('may write to'))
    await expect(verify('primary', { target: 'primary' })).rejects.toMatchObject(refused(table))
    if (!grant.includes('pg_')) {
      expect(await verify('standby', { target: 'standby' })).toEqual([expect.stringContaining(`may write to ${table}`)])
    }
  })

  test.each(['pg_execute_server_program', 'pg_write_server_files'])(
    'T5 a role that may reach out of the database is refused, on a standby too: %s',
    async (membership) => {
      await given(`grant ${membership} to ${role}`, `revoke ${membership} from ${role}`)
      await expect(verify('standby', { target: 'standby' })).rejects.toMatchObject(refused(`a member of ${membership}`))
    },
  )

  test('T5 a superuser is refused where it could write, and warned of on a standby', async () => {
    const { user, password } = admin
    const superuser = { user: { user, password } }
    await expect(verify('primary', { target: 'primary' }, superuser)).rejects.toMatchObject(refused('is a superuser'))
    const elsewhereUser = { user: { user: elsewhere.user, password: elsewhere.password } }
    await expect(verify('elsewhere', { target: 'database' }, elsewhereUser)).rejects.toMatchObject(refused('superuser'))
    expect(await verify('standby', { target: 'standby' }, superuser)).toEqual([expect.stringContaining('superuser')])
  })

  test.each([
    [`alter role ${role} createdb`, `alter role ${role} nocreatedb`, 'has createdb'],
    [`alter role ${role} createrole`, `alter role ${role} nocreaterole`, 'has createrole'],
    [`alter role ${role} bypassrls`, `alter role ${role} nobypassrls`, 'bypasses row-level security'],
    [`grant create on schema public to ${role}`, `revoke create on schema public from ${role}`, 'may create in public'],
    [
      `alter default privileges grant insert, select on tables to ${role}`,
      `alter default privileges revoke insert, select on tables from ${role}`,
      'will be given insert on tables made later',
    ],
  ])('what a role should not have is warned of: %s', async (grant, revoke, warning) => {
    await given(grant, revoke)
    expect(await verify('standby', { target: 'standby' })).toEqual([`the role of the replica ${warning}`])
  })

  describe('a heartbeat', () => {
    const heartbeat = { schema: 'public', table: 'heartbeat', column: 'beat_at' }
    const faults = (changes: object) =>
      verify('standby', { target: 'standby', heartbeat: { ...heartbeat, ...changes } })

    test('that may be read is taken', async () => {
      await given(`grant select on heartbeat to ${role}`, `revoke select on heartbeat from ${role}`)
      expect(await faults({})).toEqual([])
      await expect(faults({ column: 'local_at' })).rejects.toMatchObject(refused('timestamp with time zone'))
      await expect(faults({ column: 'no_column' })).rejects.toMatchObject(refused('cannot be read'))
      await expect(faults({ table: 'no_table' })).rejects.toMatchObject(refused('cannot be read'))
    })

    test('that may not be read is refused', async () => {
      await expect(faults({})).rejects.toMatchObject(refused('replica.heartbeat names what cannot be read'))
    })
  })

  test('a target that falls silent under the proof counts as gone', async () => {
    await using proxy = await startProxy(cluster.standby.connection)
    const connection = { ...admin, port: proxy.port, user: role, password: 'p' }
    const client = new pg.Client(connection)
    client.on('error', () => {})
    await client.connect()
    proxy.silent(true)
    const limits = { connectTimeoutMilliseconds: 1_000, silenceMilliseconds: 100 }
    await expect(verifyTarget(client, secretOf(connection).current(), limits)).rejects.toThrow('fell silent')
  })

  test('every reason is told at once, and nothing of the secret', async () => {
    await given(`grant insert on public.item to ${role}`, `revoke insert on public.item from ${role}`)
    const error = await verify(
      'primary',
      { target: 'standby', heartbeat: { schema: 'a', table: 'b', column: 'c' } },
      {
        primary: elsewhere,
      },
    ).catch((error) => error)
    expect(error).toMatchObject({ code: 'TARGET_REFUSED' })
    expect(error.detail.split('; ')).toHaveLength(3)
    expect(error.message).not.toContain(plain(admin).password.reveal())
  })
})
