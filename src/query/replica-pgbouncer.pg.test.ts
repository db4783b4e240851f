import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openReplica } from '../../test/replica/open-replica.ts'
import { findPgBouncer, selfSigned, startPgBouncer } from '../../test/replica/pgbouncer.ts'
import { startProxy } from '../../test/replica/proxy.ts'
import { makeReportsDatabase, makeTenants, plain, reader, secretOf } from '../../test/replica/reports-database.ts'
import { type Cluster, type Connection, startCluster } from '../embedded/cluster.ts'
import { query } from '../embedded/database.ts'
import type { AnalyticsSecret } from '../secret/analytics-secret.ts'

const tenants = makeTenants(2)
const pgBouncer = findPgBouncer()
if ('reason' in pgBouncer) console.warn(`skipped: replicas behind PgBouncer, since ${pgBouncer.reason}`)
const certificate = selfSigned()
if (certificate === undefined) console.warn('skipped: PgBouncer with TLS, since openssl is not installed')

describe.skipIf('reason' in pgBouncer).each([18, 15] as const)('PostgreSQL %i behind PgBouncer', (version) => {
  const path = 'path' in pgBouncer ? pgBouncer.path : ''
  let cluster: Cluster
  let standby: Connection
  beforeAll(async () => {
    cluster = await startCluster({ version })
    const { database } = await makeReportsDatabase(cluster, 'reports', tenants)
    await cluster.caughtUp()
    standby = { ...cluster.standby.connection, ...reader, database }
  })
  afterAll(() => cluster?.close())

  const sleeping = (count: number) =>
    vi.waitFor(
      async () =>
        expect(
          await query(
            cluster.standby.connection,
            `select 1 from pg_stat_activity where usename = $1 and state = 'active' and query like '%pg_sleep%'`,
            [reader.user],
          ),
        ).toHaveLength(count),
      { timeout: 20_000, interval: 20 },
    )

  async function cancels(server: Connection, members = {}): Promise<void> {
    const replica = await openReplica({ secret: secretOf(server, members), tenants })
    const leaving = new AbortController()
    const asked = replica.ask('acme', 'select pg_sleep(10)', { signal: leaving.signal })
    const beside = replica.ask('Acme', `select 'not mine' from pg_sleep(0.5)`)
    for (const one of [asked, beside]) one.catch(() => {})
    await sleeping(2)
    leaving.abort()
    await expect(asked).rejects.toThrow('aborted')
    await sleeping(0)
    expect((await beside).outcomes[0]?.rows).toEqual([['not mine']])
    expect(await replica.rows('Acme', 'select 1')).toEqual([['1']])
  }

  test('T8 a client that goes away cancels its statement, and no other', async () => {
    await using bouncer = await startPgBouncer(path, { server: standby, users: [reader], poolSize: 3 })
    await cancels({ ...standby, port: bouncer.port })
  })

  test.skipIf(certificate === undefined)('T8 the cancellation is encrypted where the connection is', async () => {
    const tls = certificate ?? { key: '', cert: '' }
    await using bouncer = await startPgBouncer(path, { server: standby, users: [reader], poolSize: 3, tls })
    await using proxy = await startProxy({ host: '127.0.0.1', port: bouncer.port })
    await cancels({ ...standby, host: 'localhost', port: proxy.port }, { ssl: 'verify-full', ca: tls.cert })
    const requestForTls = '0000000804d2162f'
    expect(proxy.openings.length).toBeGreaterThan(2)
    expect(new Set(proxy.openings)).toEqual(new Set([requestForTls]))
  })

  test('a password that was rotated is read again', async () => {
    await using bouncer = await startPgBouncer(path, { server: standby, users: [reader], poolSize: 3 })
    const server = { ...standby, port: bouncer.port }
    const rotated: AnalyticsSecret = { replica: { ...plain(server), target: 'standby' } }
    const secret = secretOf({ ...server, password: 'the former one' }, {}, undefined, () => rotated)
    const replica = await openReplica({ secret, tenants })
    expect(await replica.rows('acme', 'select 1')).toEqual([['1']])
  })

  test('a pooler whose server is gone is 503, and serves again when it is back', async () => {
    await using bouncer = await startPgBouncer(path, { server: standby, users: [reader], poolSize: 3 })
    const replica = await openReplica({
      secret: secretOf({ ...standby, port: bouncer.port }),
      tenants,
      bounds: { statementTimeoutMilliseconds: 500 },
      connectTimeoutMilliseconds: 500,
    })
    expect(await replica.rows('acme', 'select 1')).toEqual([['1']])
    await cluster.standby.stop()
    try {
      await expect(replica.ask('acme', 'select 1')).rejects.toMatchObject({ code: 'REPLICA_UNAVAILABLE' })
    } finally {
      await cluster.standby.start()
    }
    await vi.waitFor(async () => expect(await replica.rows('acme', 'select 1')).toEqual([['1']]), {
      timeout: 20_000,
      interval: 50,
    })
  })
})
