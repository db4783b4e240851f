import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../../src/embedded/cluster.ts'
import { openApiDocument } from '../../src/http/openapi.ts'
import { catalog } from '../../src/report/catalog.ts'
import { integer, text } from '../../src/report/column.ts'
import { sql } from '../../src/report/sql.ts'
import { sqlReport } from '../../src/report/sql-report.ts'
import { type Deployment, grantSelect, secretFor, startDeployment } from '../deployment/deployment.ts'
import { eventually } from '../eventually.ts'
import { type FuzzTarget, fuzzApi } from './fuzz-api.ts'
import { people, sampleTenants } from './sample.ts'
import { bookings, sampleCatalog } from './sample-catalog.ts'

const slow = sqlReport({
  name: 'slow',
  permission: 'slow.read',
  row: { channel: text(), slept: integer() },
  sql: () => sql`select channel, (select 1 from pg_sleep(60)) as slept from ${bookings}`,
})

const tables = `
  create table finding (id bigint, tenant_id text, "group" text, severity text, cvss numeric, effort bigint,
    exploited boolean, first_seen_at timestamptz);
  create table asset_group (id text, tenant_id text, name text);
  create table booking (id bigint, tenant_id text, booked_on date, channel text, status text, total numeric)`

let cluster: Cluster
let deployment: Deployment
const tokenOf = new Map<string, string>()

beforeAll(async () => {
  cluster = await startCluster()
  const admin = new pg.Client(cluster.primary.connection)
  await admin.connect()
  await admin.query(tables)
  for (const [tenant, { finding = [], asset_group = [], booking = [] }] of Object.entries(sampleTenants)) {
    for (const { id, group, severity, cvss, effort, exploited, firstSeenAt } of finding)
      await admin.query(
        'insert into finding values ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8::numeric / 1000000))',
        [id, tenant, group, severity, cvss, effort, exploited, firstSeenAt],
      )
    for (const { id, name } of asset_group)
      await admin.query('insert into asset_group values ($1, $2, $3)', [id, tenant, name])
    for (const { id, bookedOn, channel, status, total } of booking)
      await admin.query('insert into booking values ($1, $2, $3, $4, $5, $6)', [
        id,
        tenant,
        bookedOn,
        channel,
        status,
        total,
      ])
  }
  await grantSelect(admin, ['public'])
  await admin.end()
  await cluster.caughtUp()
  deployment = await startDeployment({
    catalog: catalog([...sampleCatalog.reports, slow]),
    tenants: Object.keys(sampleTenants).map((id) => ({ id })),
    secret: secretFor('standby', cluster.standby.connection, cluster.primary.connection),
  })
  for (const [name, { tenant, permissions, attributes }] of Object.entries(people))
    tokenOf.set(name, await deployment.token({ tenant, permissions: [...permissions], attributes }))
}, 120_000)

afterAll(async () => {
  await deployment?.close()
  await cluster?.close()
})

test('T1 T7 whatever is sent to a real deployment, every answer is documented, and none holds another tenant’s rows', async () => {
  const names = new Map([...tokenOf].map(([name, token]) => [token, name]))
  const target: FuzzTarget = {
    document: openApiDocument(sampleCatalog.reports),
    tokens: [...names.keys()],
    leaks: (token, body) => body.includes(names.get(token)?.startsWith('acme') ? 'globex-' : 'acme-'),
    async send({ method, url, headers, body }) {
      const answer = await deployment.app.inject({
        method: method as 'GET',
        url,
        headers,
        ...(body === undefined ? {} : { payload: body }),
      })
      return { status: answer.statusCode, headers: answer.headers, body: answer.body }
    },
  }
  const answered = sampleCatalog.reports.map(({ name }) => `${name}.read 200`)
  const wanted = [...answered, 'active-findings.options 200', 'readMany 200']
  const seen = new Set<string>()
  // A harness that never gets past the front door would find nothing: it goes on until every report has been answered.
  for (let round = 0; round === 0 || (round < 10 && !wanted.every((outcome) => seen.has(outcome))); round++) {
    const runs = process.env.MILLRACE_LONG === undefined ? 500 : 10_000
    for (const outcome of (await fuzzApi(target, { runs })).keys()) seen.add(outcome)
  }
  expect([...seen]).toEqual(expect.arrayContaining(wanted))
}, 600_000)

test('T8 a client that goes away cancels its statement on the server, which names the report', async () => {
  const admin = new pg.Client(cluster.standby.connection)
  await admin.connect()
  try {
    const running = async () =>
      (
        await admin.query(
          `select 1 from pg_stat_activity where state = 'active' and application_name = 'millrace slow'`,
        )
      ).rowCount
    const address = await deployment.app.listen({ host: '127.0.0.1', port: 0 })
    const token = await deployment.token({ tenant: 'acme', permissions: ['slow.read'] })
    const gone = new AbortController()
    const asked = fetch(`${address}/reports/slow/rows`, {
      headers: { authorization: `Bearer ${token}` },
      signal: gone.signal,
    }).catch(() => 'gone')
    await eventually(async () => expect(await running()).toBe(1))
    gone.abort()
    expect(await asked).toBe('gone')
    await eventually(async () => expect(await running()).toBe(0))
    await eventually(() => expect(deployment.audit.at(-1)).toMatchObject({ report: 'slow', outcome: 'cancelled' }))
    expect(deployment.millrace.replica.statistics()).toMatchObject({ running: 0, queued: 0 })
  } finally {
    await admin.end()
  }
})
