import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openReplica } from '../../test/replica/open-replica.ts'
import { startProxy } from '../../test/replica/proxy.ts'
import { makeReportsDatabase, makeTenants, reader, secretOf } from '../../test/replica/reports-database.ts'
import { type Cluster, type Connection, type StopMode, startCluster } from '../embedded/cluster.ts'
import { query } from '../embedded/database.ts'
import { RotatingSecret } from '../secret/rotation.ts'

const tenants = makeTenants(12)
const unavailable = { code: 'REPLICA_UNAVAILABLE', retryAfter: expect.any(Number) }

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  let standby: Connection
  beforeAll(async () => {
    cluster = await startCluster({ version })
    const { database } = await makeReportsDatabase(cluster, 'reports', tenants)
    await cluster.caughtUp()
    standby = { ...cluster.standby.connection, ...reader, database }
  })
  afterAll(() => cluster?.close())

  const open = (options: Partial<Parameters<typeof openReplica>[0]> = {}) =>
    openReplica({ secret: secretOf(standby), tenants, ...options })
  const waitFor = (condition: () => unknown) => vi.waitFor(condition, { timeout: 20_000, interval: 20 })
  const sleeping = (count: number) =>
    waitFor(async () =>
      expect(
        await query(
          cluster.standby.connection,
          `select 1 from pg_stat_activity where usename = $1 and state = 'active' and query like '%pg_sleep%'`,
          [reader.user],
        ),
      ).toHaveLength(count),
    )
  const answers = expect.objectContaining({ outcomes: [expect.objectContaining({ rows: [['1']] })] })

  test('a replica that is down is 503 with a time to try again, and serves by itself once it is back', async () => {
    const replica = await open()
    expect(await replica.ask('acme', 'select 1')).toEqual(answers)
    await cluster.standby.stop()
    onTestFinished(() => cluster.standby.start())
    for (let round = 0; round < 3; round++) {
      await expect(replica.ask('acme', 'select 1')).rejects.toMatchObject(unavailable)
      await expect(replica.ready()).rejects.toMatchObject(unavailable)
    }
    await cluster.standby.start()
    expect(await replica.ask('acme', 'select 1')).toEqual(answers)
    await replica.ready()
  })

  test('a process that starts before its replica serves as soon as there is one', async () => {
    await cluster.standby.stop()
    onTestFinished(() => cluster.standby.start())
    const replica = await open()
    await expect(replica.start()).rejects.toMatchObject(unavailable)
    await cluster.standby.start()
    expect(await replica.ask('acme', 'select 1')).toEqual(answers)
    expect(await replica.start()).toEqual([])
  })

  test.each(['fast', 'immediate', 'kill'] satisfies StopMode[])(
    'a replica that restarts (%s) under statements ends them with 503, and the next request is answered',
    async (mode) => {
      const replica = await open({ fairness: { total: 6, perTenant: 6 } })
      await Promise.all(tenants.slice(0, 6).map(({ id }) => replica.ask(id, 'select 1')))
      const slow = ['acme', 'acme', 'Acme'].map((tenant) =>
        replica.ask(tenant, 'select pg_sleep(60)').catch((error) => error),
      )
      await sleeping(3)
      await cluster.standby.stop(mode)
      onTestFinished(() => cluster.standby.start())
      for (const outcome of await Promise.all(slow)) expect(outcome).toMatchObject(unavailable)
      await cluster.standby.start()
      const after = await Promise.all(tenants.slice(0, 6).map(({ id }) => replica.ask(id, 'select 1')))
      expect(after).toEqual(Array(6).fill(answers))
      expect(replica.statistics()).toMatchObject({ running: 0, queued: 0 })
    },
  )

  test.each(['cut', 'forget'] as const)(
    'connections that died in the pool (%s) are not met by a request',
    async (way) => {
      await using proxy = await startProxy(standby)
      const replica = await open({ secret: secretOf({ ...standby, port: proxy.port }) })
      const ask = (count: number) => Promise.all(tenants.slice(0, count).map(({ id }) => replica.ask(id, 'select 1')))
      for (let round = 0; round < 10; round++) {
        expect(await ask(6)).toEqual(Array(6).fill(answers))
        expect(replica.statistics()).toMatchObject({ connections: { idle: 6 } })
        proxy[way]()
        expect(await ask(1)).toEqual([answers])
      }
    },
  )

  test('a replica that does not answer is 503 after the time to connect, for all who wait, and is found again', async () => {
    await using proxy = await startProxy(standby)
    const replica = await open({
      secret: secretOf({ ...standby, port: proxy.port }),
      fairness: { total: 2, perTenant: 1, queue: 100, queuePerTenant: 100, waitMilliseconds: 60_000 },
      connectTimeoutMilliseconds: 600,
    })
    proxy.silent(true)
    const since = performance.now()
    const asked = tenants.flatMap(({ id }) => [replica.ask(id, 'select 1'), replica.ask(id, 'select 1')])
    const outcomes = await Promise.all(asked.map((one) => one.catch((error) => error)))
    for (const outcome of outcomes) expect(outcome).toMatchObject(unavailable)
    // One after the other they would have waited for twelve times as long.
    expect(performance.now() - since).toBeLessThan(600 * 8)
    proxy.silent(false)
    await waitFor(async () => expect(await replica.ask('acme', 'select 1')).toEqual(answers))
  })

  test('a replica that falls silent under a statement is 503 soon after the time limit of the statement', async () => {
    await using proxy = await startProxy(standby)
    const replica = await open({
      secret: secretOf({ ...standby, port: proxy.port }),
      bounds: { statementTimeoutMilliseconds: 200 },
      connectTimeoutMilliseconds: 300,
    })
    await replica.ask('acme', 'select 1')
    proxy.silent(true)
    await expect(replica.ask('acme', 'select 1')).rejects.toMatchObject(unavailable)
    expect(replica.statistics()).toMatchObject({ running: 0 })
    proxy.silent(false)
    await waitFor(async () => expect(await replica.ask('acme', 'select 1')).toEqual(answers))
  })

  test('a client that goes away is let go where the replica does not answer even to its cancellation', async () => {
    await using proxy = await startProxy(standby)
    const replica = await open({
      secret: secretOf({ ...standby, port: proxy.port }),
      bounds: { statementTimeoutMilliseconds: 1_500 },
      connectTimeoutMilliseconds: 300,
    })
    const leaving = new AbortController()
    const asked = replica.ask('acme', 'select pg_sleep(60)', { signal: leaving.signal })
    asked.catch(() => {})
    await sleeping(1)
    proxy.silent(true)
    leaving.abort()
    await expect(asked).rejects.toThrow('aborted')
    expect(replica.statistics()).toMatchObject({ running: 0, connections: { total: 0 } })
    await sleeping(0)
  })

  test('T2 a tenant that leaves the allowlist while its connection is made reaches nothing', async () => {
    await using proxy = await startProxy(standby)
    let listed = tenants
    const replica = await open({ secret: secretOf({ ...standby, port: proxy.port }), tenants: async () => listed })
    expect(await replica.ask('Acme', 'select 1')).toEqual(answers)
    proxy.cut()
    await waitFor(() => expect(replica.statistics()).toMatchObject({ connections: { total: 0 } }))
    proxy.held(true)
    const asked = replica.ask('acme', 'select 1')
    asked.catch(() => {})
    await waitFor(() => expect(replica.statistics()).toMatchObject({ connections: { total: 1 } }))
    listed = tenants.filter(({ id }) => id !== 'acme')
    await replica.refreshTenants()
    proxy.held(false)
    await expect(asked).rejects.toMatchObject({ code: 'TENANT_UNKNOWN' })
    expect(await replica.ask('Acme', 'select 1')).toEqual(answers)
    expect(replica.statistics()).toMatchObject({ connections: { total: 1, idle: 1 } })
  })

  test('a statement that gives way to replication is 503, and its connection goes on', async () => {
    await using own = await startCluster({ version, settings: { max_standby_streaming_delay: '0' } })
    const primary = await makeReportsDatabase(own, 'reports', tenants)
    await own.caughtUp()
    const replica = await open({
      secret: secretOf({ ...own.standby.connection, ...reader, database: primary.database }),
    })
    const asked = replica.ask('acme', 'select pg_sleep(60) from public.item')
    asked.catch(() => {})
    await waitFor(async () =>
      expect(
        await query(
          own.standby.connection,
          `select 1 from pg_locks l join pg_stat_activity a using (pid)
           where a.usename = $1 and a.query like '%pg_sleep%' and l.mode = 'AccessShareLock' and l.locktype = 'relation'`,
          [reader.user],
        ),
      ).not.toEqual([]),
    )
    await query(primary, 'truncate public.item')
    await expect(asked).rejects.toMatchObject({ ...unavailable, cause: { code: '40001' } })
    expect(await replica.ask('acme', 'select 1')).toEqual(answers)
  })

  test('a role that may not connect once more is 503', async () => {
    const primary = { ...cluster.primary.connection, database: standby.database }
    await query(primary, `alter role ${reader.user} connection limit 0`)
    onTestFinished(async () => {
      await query(primary, `alter role ${reader.user} connection limit -1`)
      await cluster.caughtUp()
    })
    await cluster.caughtUp()
    const replica = await open()
    await expect(replica.ask('acme', 'select 1')).rejects.toMatchObject({ ...unavailable, cause: { code: '53300' } })
  })

  test('a standby that is promoted is not read any more', async () => {
    await using own = await startCluster({ version })
    const { database } = await makeReportsDatabase(own, 'reports', tenants)
    await own.caughtUp()
    const connection = { ...own.standby.connection, ...reader, database }
    const replica = await open({ secret: secretOf(connection) })
    expect(await replica.ask('acme', 'select 1')).toEqual(answers)
    await query(own.standby.connection, 'select pg_promote()')
    await expect(replica.ask('acme', 'select 1')).rejects.toMatchObject({
      ...unavailable,
      detail: expect.stringContaining('no longer a standby'),
    })
  })

  describe('credentials', () => {
    const role = 'rotated'
    const connection = () => ({ ...cluster.primary.connection, database: standby.database })
    beforeAll(async () => {
      await query(connection(), `create role ${role} login password 'first'`)
      await query(connection(), `grant select on public.item to ${role}`)
      await cluster.caughtUp()
    })

    /** A secret in a file, as a rotation writes it. */
    async function secretFile(members: object) {
      const folder = await mkdtemp(join(tmpdir(), 'millrace-secret-'))
      onTestFinished(() => rm(folder, { recursive: true }))
      const path = join(folder, 'analytics')
      const { host, port, database } = standby
      const put = (changed: object) =>
        writeFile(
          path,
          JSON.stringify({ replica: { host, port, database, target: 'standby', user: role, ...changed } }),
        )
      await put(members)
      return { put, load: () => RotatingSecret.load(`file:${path}`, { restMs: 1 }) }
    }
    const onPrimary = async (statement: string) => {
      await query(connection(), statement)
      await cluster.caughtUp()
    }

    test('a password that was rotated is read again, and the request that met it is answered', async () => {
      await onPrimary(`alter role ${role} password 'first'`)
      const { put, load } = await secretFile({ password: 'first' })
      const replica = await open({ secret: await load() })
      expect(await replica.ask('acme', 'select 1')).toEqual(answers)
      await put({ password: 'second' })
      await onPrimary(`alter role ${role} password 'second'`)
      await query(
        cluster.standby.connection,
        `select pg_terminate_backend(pid) from pg_stat_activity where usename = $1`,
        [role],
      )
      const all = await Promise.all(tenants.slice(0, 6).map(({ id }) => replica.ask(id, 'select 1')))
      expect(all).toEqual(Array(6).fill(answers))
    })

    test('T5 a role that the rotation brings is proved before it is used', async () => {
      const writer = 'writer_by_rotation'
      await onPrimary(`create role ${writer} login password 'w'; grant all on public.item to ${writer};
        alter role ${role} password 'first'`)
      const target = { target: 'database', port: cluster.primary.connection.port }
      const { put, load } = await secretFile({ ...target, password: 'first' })
      const replica = await open({ secret: await load() })
      expect(await replica.ask('acme', 'select 1')).toEqual(answers)
      await put({ ...target, user: writer, password: 'w' })
      await onPrimary(`alter role ${role} password 'third'`)
      await query(connection(), `select pg_terminate_backend(pid) from pg_stat_activity where usename = $1`, [role])
      await expect(replica.ask('acme', 'select 1')).rejects.toMatchObject({
        ...unavailable,
        cause: { code: 'TARGET_REFUSED', detail: expect.stringContaining('may write to public.item') },
      })
    })

    test('credentials that stay wrong are 503, and nothing of them is said', async () => {
      const { load } = await secretFile({ password: 'a wrong secret' })
      const replica = await open({ secret: await load() })
      const error = await replica.ask('acme', 'select 1').catch((error) => error)
      expect(error).toMatchObject({ ...unavailable, cause: { code: '28P01' } })
      const said = [error, error.cause].map((one) => `${one.message} ${one.stack} ${JSON.stringify(one)}`).join()
      expect(said).not.toContain('a wrong secret')
      expect(error.message).not.toContain(role)
    })
  })
})
