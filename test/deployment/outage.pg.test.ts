import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Cluster, startCluster } from '../../src/embedded/cluster.ts'
import { catalog } from '../../src/report/catalog.ts'
import { integer, real, text } from '../../src/report/column.ts'
import { count } from '../../src/report/measure.ts'
import { report } from '../../src/report/report.ts'
import { source } from '../../src/report/source.ts'
import { sql } from '../../src/report/sql.ts'
import { sqlReport } from '../../src/report/sql-report.ts'
import type { TenantInput } from '../../src/tenancy/tenant.ts'
import { type Deployment, grantSelect, secretFor, startDeployment } from './deployment.ts'

const notes = source('note', { columns: { id: integer(), tenant: text() }, key: 'id', tenant: 'tenant' })
const reports = catalog([
  report({ name: 'notes', permission: 'notes.read', freshWithin: '2s', from: notes, measures: { notes: count() } }),
  sqlReport({
    name: 'slow',
    permission: 'notes.read',
    params: { seconds: real() },
    row: { notes: integer() },
    sql: ({ seconds }) => sql`select count(*) as notes from ${notes}, pg_sleep(${seconds})`,
  }),
])

let cluster: Cluster
let deployment: Deployment
let token: string
let tenants: TenantInput[] = [{ id: 'a' }, { id: 'b' }]

const read = (path = 'notes/rows') => deployment.get(`/reports/${path}`, token)
const answered = (expected: number) =>
  vi.waitFor(
    async () => {
      const answer = await read()
      expect(answer.status).toBe(expected)
      return answer
    },
    { timeout: 30_000, interval: 50 },
  )

beforeAll(async () => {
  cluster = await startCluster()
  const admin = new pg.Client(cluster.primary.connection)
  await admin.connect()
  await admin.query(
    `create table note as select n as id, case when n % 2 = 0 then 'a' else 'b' end as tenant from generate_series(1, 10) n`,
  )
  await grantSelect(admin, ['public'])
  await admin.end()
  await cluster.caughtUp()
  deployment = await startDeployment({
    catalog: reports,
    secret: secretFor('standby', cluster.standby.connection, cluster.primary.connection),
    tenants: async () => tenants,
    limits: { statementSeconds: 1 },
  })
  token = await deployment.token({ tenant: 'a', permissions: ['notes.read'] })
}, 120_000)

afterAll(async () => {
  await deployment?.close()
  await cluster?.close()
})

test('a replica that is down is 503 with Retry-After, and reports come back by themselves with it', async () => {
  expect((await read()).body.rows).toEqual([{ notes: 5 }])
  await cluster.standby.stop()
  const down = await read()
  expect(down.status).toBe(503)
  expect(down.body.code).toBe('REPLICA_UNAVAILABLE')
  expect(Number(down.headers['retry-after'])).toBeGreaterThan(0)
  expect((await deployment.app.inject('/health/live')).statusCode).toBe(200)
  await cluster.standby.start()
  expect((await answered(200)).body.rows).toEqual([{ notes: 5 }])
  expect((await deployment.app.inject('/health/ready')).statusCode).toBe(200)
})

test('a replica that restarts under many readers answers them or says 503, and never wrongly', async () => {
  const readers = Array.from({ length: 40 }, () => read())
  const restarted = cluster.standby.restart('immediate')
  const answers = [...(await Promise.all(readers)), ...(await Promise.all(Array.from({ length: 40 }, () => read())))]
  await restarted
  for (const { status, body } of answers) {
    expect([200, 429, 503]).toContain(status)
    if (status === 200) expect(body.rows).toEqual([{ notes: 5 }])
  }
  await answered(200)
})

test('T5 a statement past its time limit is ended: 503, and the next read is answered', async () => {
  const slow = await read('slow/rows?seconds=20')
  expect(slow.status).toBe(503)
  expect(slow.body.code).toBe('STATEMENT_TIMEOUT')
  expect((await read()).status).toBe(200)
})

test('a replica whose replay is paused says how far behind it is, and then that it is stale', async () => {
  await answered(200)
  const admin = new pg.Client(cluster.standby.connection)
  await admin.connect()
  await admin.query('select pg_wal_replay_pause()')
  const writer = new pg.Client(cluster.primary.connection)
  await writer.connect()
  await writer.query(`insert into note values (12, 'a')`)
  const before = await vi.waitFor(
    async () => {
      const { body } = await read()
      expect(body.lagSeconds).toBeGreaterThan(2)
      return body
    },
    { timeout: 30_000, interval: 100 },
  )
  expect(before).toMatchObject({ stale: true, rows: [{ notes: 5 }] })
  await admin.query('select pg_wal_replay_resume()')
  await cluster.caughtUp()
  const after = await vi.waitFor(
    async () => {
      const { body } = await read()
      expect(body.lagSeconds).toBeLessThan(2)
      return body
    },
    { timeout: 30_000, interval: 50 },
  )
  expect(after).toMatchObject({ stale: false, rows: [{ notes: 6 }] })
  expect(after.asOf > before.asOf).toBe(true)
  await writer.query('delete from note where id = 12')
  await Promise.all([admin.end(), writer.end()])
})

test('T2 a tenant that has just left the allowlist is refused from then on', async () => {
  expect((await read()).status).toBe(200)
  tenants = [{ id: 'b' }]
  await deployment.millrace.tenants.refresh()
  const { status, body } = await read()
  expect(status).toBe(403)
  expect(body.code).toBe('TENANT_UNKNOWN')
  expect((await deployment.get('/reports', token)).status).toBe(403)
  tenants = [{ id: 'a' }, { id: 'b' }]
  await deployment.millrace.tenants.refresh()
  expect((await read()).status).toBe(200)
})

test('T7 each read leaves an audit line, which says neither values nor rows', async () => {
  deployment.audit.length = 0
  await read()
  await deployment.get('/reports/notes/rows', await deployment.token({ tenant: 'a', permissions: [] }))
  expect(deployment.audit).toMatchObject([
    { report: 'notes', tenant: 'a', subject: 'tester', outcome: 'answered', rows: 1, engine: 'replica' },
    { report: 'notes', tenant: 'a', outcome: 'refused', code: 'REPORT_NOT_FOUND', lacks: 'notes.read' },
  ])
})
