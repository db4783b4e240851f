import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Cluster, startCluster } from '../../src/embedded/cluster.ts'
import { catalog } from '../../src/report/catalog.ts'
import { bigint, enumOf, nullable, text, timestamp } from '../../src/report/column.ts'
import { lookup } from '../../src/report/lookup.ts'
import { count } from '../../src/report/measure.ts'
import { report } from '../../src/report/report.ts'
import { source } from '../../src/report/source.ts'
import { sql } from '../../src/report/sql.ts'
import { sqlReport } from '../../src/report/sql-report.ts'
import type { Folding } from '../fold/folding.ts'
import { startDeployment } from './deployment.ts'
import { type FoldedHost, startFoldedHost } from './folded.ts'

const groups = source('asset_group', {
  columns: { id: text(), tenantId: text(), name: text() },
  key: 'id',
  tenant: 'tenantId',
})
const findings = source('finding', {
  columns: {
    id: bigint(),
    tenantId: text(),
    severity: enumOf('high', 'low'),
    assetGroup: text(),
    seenAt: timestamp(),
    resolvedAt: nullable(timestamp()),
  },
  key: 'id',
  tenant: 'tenantId',
})
const open = report({
  name: 'open-findings',
  permission: 'read',
  from: findings,
  where: { resolvedAt: null },
  dimensions: { severity: findings.severity, group: findings.assetGroup },
  measures: { open: count() },
  filters: ['group'],
  lookup: { group: lookup(groups, 'id', 'name') },
  freshWithin: '60s',
})
const all = report({
  name: 'all-findings',
  permission: 'read',
  from: findings,
  measures: { findings: count() },
})
const raw = sqlReport({
  name: 'raw-findings',
  permission: 'read',
  params: {},
  row: { findings: bigint() },
  sql: () => sql`select count(*) as findings from ${findings}`,
})
const reports = catalog([open, all, raw])
const tenants = [{ id: 'acme', timeZone: 'Europe/Berlin' }, { id: 'globex' }]
const tables = `
  create table finding (id bigint generated always as identity primary key, tenant_id text not null, severity text not null,
    asset_group text not null, seen_at timestamptz not null default now(), resolved_at timestamptz);
  create table asset_group (id text primary key, tenant_id text not null, name text not null);
  insert into asset_group values ('web', 'acme', 'Web servers'), ('lab', 'globex', 'Laboratory');
  insert into finding (tenant_id, severity, asset_group)
    select case when n % 3 = 0 then 'globex' else 'acme' end, case when n % 2 = 0 then 'high' else 'low' end,
      case when n % 3 = 0 then 'lab' else 'web' end from generate_series(1, 30) n`

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster()
}, 180_000)
afterAll(() => cluster?.close())

describe.each(['postgres', 'dynamodb'] as const)('a store in %s', (kind) => {
  let host: FoldedHost
  let folding: Folding | undefined

  beforeAll(async () => {
    host = await startFoldedHost(reports, tenants, tables, { kind, cluster })
  }, 180_000)
  afterAll(() => host?.close())

  const deployed = (store?: object) => startDeployment({ catalog: reports, tenants, secret: host.secret(store) })
  const insert = (tenant: string) =>
    host.host.query(
      `insert into finding (tenant_id, severity, asset_group) values ($1, 'high', case when $1 = 'acme' then 'web' else 'lab' end)`,
      [tenant],
    )

  test('while no build is ready the replica answers, and the answer says so', async () => {
    await using deployment = await deployed()
    const token = await deployment.token({ tenant: 'acme', permissions: ['read'] })
    const answer = await deployment.get('/reports/open-findings/rows', token)
    expect(answer).toMatchObject({ status: 200, body: { engine: 'replica', building: true } })
    expect((await deployment.get('/reports/open-findings', token)).body).toMatchObject({ engine: 'store' })
    expect((await deployment.get('/reports/raw-findings/rows', token)).body).not.toHaveProperty('building')
  })

  test('F1 once they are, the store answers the same, by a role that may only read it', async () => {
    await using before = await deployed({ reports: [] })
    await using after = await deployed()
    folding = await host.fold()
    await folding.ready(4)
    await host.cluster.caughtUp()
    for (const tenant of ['acme', 'globex']) {
      const answers = await Promise.all(
        [before, after].map(async (each) => {
          const token = await each.token({ tenant, permissions: ['read'] })
          const paths = ['open-findings/rows', 'all-findings/rows', 'raw-findings/rows', 'open-findings/options/group']
          return Promise.all(paths.map(async (path) => (await each.get(`/reports/${path}`, token)).body))
        }),
      )
      const [one, other] = answers as [any[], any[]]
      expect(other.map(({ rows, options }) => rows ?? options)).toEqual(one.map(({ rows, options }) => rows ?? options))
      expect(one.map(({ engine }) => engine)).toEqual(['replica', 'replica', 'replica', undefined])
      expect(other.map(({ engine }) => engine)).toEqual(['store', 'store', 'replica', undefined])
      expect(other[0].rows[0]).toHaveProperty('groupLabel', tenant === 'acme' ? 'Web servers' : 'Laboratory')
      expect(other[0]).not.toHaveProperty('building')
    }
    expect(after.audit.filter(({ outcome }) => outcome !== 'answered')).toEqual([])
    expect(new Set(after.audit.map(({ engine }) => engine))).toEqual(new Set(['store', 'replica']))
  })

  test('a report is answered by the store only where the secret says so', async () => {
    await using deployment = await deployed({ reports: ['all-findings'] })
    const token = await deployment.token({ tenant: 'acme', permissions: ['read'] })
    expect((await deployment.get('/reports/all-findings/rows', token)).body.engine).toBe('store')
    expect((await deployment.get('/reports/open-findings/rows', token)).body.engine).toBe('replica')
  })

  test.each(['store', 'replica'])('a client reads its own writes from the %s', async (engine) => {
    await using deployment = await deployed(engine === 'store' ? {} : { reports: [] })
    const token = await deployment.token({ tenant: 'acme', permissions: ['read'] })
    const read = (headers: Record<string, string>) =>
      deployment.app.inject({
        url: '/reports/all-findings/rows',
        headers: { authorization: `Bearer ${token}`, ...headers },
      })
    let { findings } = (await read({})).json().rows[0]
    let etag = ''
    for (let write = 0; write < 20; write++) {
      await insert('acme')
      const answer = await read({
        'millrace-position': await host.lsn(),
        ...(etag === '' ? {} : { 'if-none-match': etag }),
      })
      findings++
      expect(answer.statusCode).toBe(200)
      expect(answer.json()).toMatchObject({ engine, rows: [{ findings }] })
      etag = answer.headers.etag as string
    }
    // Another tenant's write: the same rows, at a later position.
    await insert('globex')
    const unchanged = await read({ 'millrace-position': await host.lsn(), 'if-none-match': etag })
    expect(unchanged.statusCode).toBe(304)
    const far = await read({ 'millrace-position': 'FFFFFFFF/0' })
    expect(far.statusCode).toBe(503)
    expect(far.json()).toMatchObject({ code: 'POSITION_NOT_REACHED' })
    expect(Number(far.headers['retry-after'])).toBeGreaterThan(0)
    expect((await read({ 'millrace-position': 'yesterday' })).statusCode).toBe(400)
  })

  test('F1 a report in shadow is answered by the replica and compared with the store, while writes go on', async () => {
    await using deployment = await deployed({ shadow: ['open-findings'] })
    const token = await deployment.token({ tenant: 'acme', permissions: ['read'] })
    const before = deployment.compared.length
    for (let read = 1; read <= 10; read++) {
      const { body } = await deployment.get('/reports/open-findings/rows', token)
      expect(body.engine).toBe('replica')
      await insert(read % 2 === 0 ? 'acme' : 'globex')
      await vi.waitFor(() => expect(deployment.compared.length).toBe(before + read), { timeout: 30_000 })
    }
    expect(deployment.compared).toContainEqual({ report: 'open-findings', tenant: 'acme', outcome: 'equal' })
    expect(deployment.compared.filter(({ outcome }) => outcome !== 'equal' && outcome !== 'skipped')).toEqual([])
  })

  test('and a counter that is wrong is told of', async () => {
    await using deployment = await deployed({ shadow: ['all-findings'] })
    const token = await deployment.token({ tenant: 'globex', permissions: ['read'] })
    await folding?.caughtUp()
    const builds = await host.store.builds('main')
    const build = builds.find(({ tenant, report }) => tenant === 'globex' && report === 'all-findings')
    await folding?.stop()
    // A store that is past the end of the log would be built anew.
    await insert('acme')
    const { position, epoch, committedAt, source } = await host.store.progress('main')
    const to = (BigInt(`0x${position}`) + 1n).toString(16).padStart(16, '0')
    // As a fold that counts a row twice would.
    const wrong = { build: build as never, sort: '0c\u0001\u0001', by: [1n, 0n, 1n] }
    const [counters] = (await host.store.read('main', build as never, [{ from: '', to: '\u{10ffff}' }]))?.counters ?? []
    const { sort = wrong.sort } = counters?.[0] ?? {}
    await host.store.apply('main', { from: position, to, epoch, committedAt, source, additions: [{ ...wrong, sort }] })
    folding = await host.fold()
    await vi.waitFor(
      async () => {
        await deployment.get('/reports/all-findings/rows', token)
        expect(deployment.compared).toContainEqual({ report: 'all-findings', tenant: 'globex', outcome: 'different' })
      },
      { timeout: 30_000, interval: 500 },
    )
  })

  test('a store that cannot be reached is 503, and never answered by the replica', async () => {
    await using deployment = await deployed({ reports: ['open-findings'], ...host.nowhere })
    const token = await deployment.token({ tenant: 'acme', permissions: ['read'] })
    const answer = await deployment.get('/reports/open-findings/rows', token)
    expect(answer).toMatchObject({ status: 503, body: { code: 'STORE_UNAVAILABLE' } })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect((await deployment.get('/reports/all-findings/rows', token)).status).toBe(200)
  })

  test.each<[object, string]>([
    [{ reports: ['open-finding'] }, 'store.reports.0: is no report of the catalog'],
    [{ shadow: ['raw-findings'] }, 'store.shadow.0: is raw SQL'],
    ...(kind === 'postgres'
      ? ([
          [{ kind: 'oracle' }, 'store.kind: must be one of postgres'],
          [{ schema: 'a b' }, 'store.schema: must be the name of a schema'],
        ] as [object, string][])
      : ([
          [{ table: 'a b' }, 'store.table: must be the name of a table'],
          [{ region: 'europe' }, 'store.region: must be the name of an AWS region'],
        ] as [object, string][])),
    [{ reports: 'some' }, 'store.reports: must be "all" or a list of reports'],
    [{ reports: ['a'], shadow: ['a'] }, 'store.shadow.0: is in reports, too'],
  ])('boot ends where the store of the secret is malformed: %j', async (about, detail) => {
    await expect(deployed(about)).rejects.toMatchObject({
      code: 'SECRET_INVALID',
      detail: expect.stringContaining(detail),
    })
  })
})
