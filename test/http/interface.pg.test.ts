import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../../src/embedded/cluster.ts'
import { openApiDocument } from '../../src/http/openapi.ts'
import { catalog } from '../../src/report/catalog.ts'
import { integer, text } from '../../src/report/column.ts'
import { sql } from '../../src/report/sql.ts'
import { sqlReport } from '../../src/report/sql-report.ts'
import { type Deployment, grantSelect, secretFor, startDeployment } from '../deployment/deployment.ts'
import { startFoldedHost } from '../deployment/folded.ts'
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

const literal = (value: unknown): string => (value === null ? 'null' : pg.escapeLiteral(String(value)))
const row = (...values: unknown[]): string => `(${values.map(literal).join(', ')})`
const rows = (of: (tenant: string, tables: (typeof sampleTenants)[string]) => string[]): string =>
  Object.entries(sampleTenants)
    .flatMap(([tenant, tables]) => of(tenant, tables))
    .join(', ')

const tables = `
  create table finding (id bigint, tenant_id text, "group" text, severity text, cvss numeric, effort bigint,
    exploited boolean, first_seen_at timestamptz);
  create table asset_group (id text, tenant_id text, name text);
  create table booking (id bigint, tenant_id text, booked_on date, channel text, status text, total numeric);
  insert into finding select id::bigint, tenant, "group", severity, cvss::numeric, effort::bigint, exploited::boolean,
      to_timestamp(seen::numeric / 1000000)
    from (values ${rows((tenant, { finding = [] }) =>
      finding.map((of) => row(of.id, tenant, of.group, of.severity, of.cvss, of.effort, of.exploited, of.firstSeenAt)),
    )}) as found (id, tenant, "group", severity, cvss, effort, exploited, seen);
  insert into asset_group values ${rows((tenant, { asset_group = [] }) =>
    asset_group.map(({ id, name }) => row(id, tenant, name)),
  )};
  insert into booking select id::bigint, tenant, booked_on::date, channel, status, total::numeric
    from (values ${rows((tenant, { booking = [] }) =>
      booking.map(({ id, bookedOn, channel, status, total }) => row(id, tenant, bookedOn, channel, status, total)),
    )}) as booked (id, tenant, booked_on, channel, status, total)`
const tenants = Object.keys(sampleTenants).map((id) => ({ id }))

let cluster: Cluster
let deployment: Deployment
let tokenOf: ReadonlyMap<string, string>

/** Of each of the sample's people, with a deployment's key. */
async function tokensOf(of: Deployment): Promise<ReadonlyMap<string, string>> {
  const tokens = new Map<string, string>()
  for (const [name, { tenant, permissions, attributes }] of Object.entries(people))
    tokens.set(name, await of.token({ tenant, permissions: [...permissions], attributes }))
  return tokens
}

beforeAll(async () => {
  cluster = await startCluster()
  const admin = new pg.Client(cluster.primary.connection)
  await admin.connect()
  await admin.query(tables)
  await grantSelect(admin, ['public'])
  await admin.end()
  await cluster.caughtUp()
  deployment = await startDeployment({
    catalog: catalog([...sampleCatalog.reports, slow]),
    tenants,
    secret: secretFor('standby', cluster.standby.connection, cluster.primary.connection),
  })
  tokenOf = await tokensOf(deployment)
}, 120_000)

afterAll(async () => {
  await deployment?.close()
  await cluster?.close()
})

/** Sends so much of whatever, and gives what came of it. */
async function expectDocumented(of: Deployment, tokens: ReadonlyMap<string, string>, runs: number) {
  const document = openApiDocument(sampleCatalog.reports)
  const paths = Object.entries(document.paths ?? {})
  // Where there is a store, a stream of events does not end by itself.
  const hasEvents = of === deployment
  const names = new Map([...tokens].map(([name, token]) => [token, name]))
  const target: FuzzTarget = {
    document: {
      ...document,
      paths: Object.fromEntries(paths.filter(([path]) => hasEvents || !path.endsWith('/events'))),
    },
    tokens: [...names.keys()],
    leaks: (token, body) => body.includes(names.get(token)?.startsWith('acme') ? 'globex-' : 'acme-'),
    async send({ method, url, headers, body }) {
      const answer = await of.app.inject({
        method: method as 'GET',
        url,
        headers,
        ...(body === undefined ? {} : { payload: body }),
      })
      return { status: answer.statusCode, headers: answer.headers, body: answer.body }
    },
  }
  return await fuzzApi(target, { runs })
}

const isLong = process.env.MILLRACE_LONG !== undefined

test('T1 T7 whatever is sent to a real deployment, every answer is documented, and none holds another tenant’s rows', async () => {
  const answered = sampleCatalog.reports.map(({ name }) => `${name}.read 200`)
  const wanted = [...answered, 'active-findings.options 200', 'readMany 200']
  const seen = new Set<string>()
  // A harness that never gets past the front door would find nothing: it goes on until every report has been answered.
  for (let round = 0; round === 0 || (round < 10 && !wanted.every((outcome) => seen.has(outcome))); round++)
    for (const outcome of (await expectDocumented(deployment, tokenOf, isLong ? 10_000 : 500)).keys()) seen.add(outcome)
  expect([...seen]).toEqual(expect.arrayContaining(wanted))
}, 600_000)

const asked = [
  ...['active-findings/rows?lang=de', 'active-findings/rows?severity=low', 'booking-comparison/rows'],
  ...['bookings-between/rows?from=2026-10-01&to=2026-12-01&status=kept', 'active-findings/options/group'],
]

test.each(['memory', 'postgres', 'dynamodb'] as const)(
  'F1 T1 T7 a store in %s answers over HTTP what the replica does, whatever is sent is documented, and nothing of it is another tenant’s',
  async (kind) => {
    await using host = await startFoldedHost(sampleCatalog, tenants, tables, { kind, cluster })
    const folding = await host.fold()
    await folding.ready(6)
    const secret = host.secret()
    await using stored = await startDeployment({
      ...{ catalog: sampleCatalog, tenants, secret },
      ...(kind === 'memory' && { store: host.store }),
    })
    const tokens = await tokensOf(stored)
    for (const [name, token] of tokens) {
      for (const path of asked) {
        const [of, expected] = [
          await stored.get(`/reports/${path}`, token),
          await deployment.get(`/reports/${path}`, tokenOf.get(name) ?? ''),
        ]
        expect(of.status, `${path} for ${name}`).toBe(expected.status)
        expect(of.body.rows ?? of.body.options, `${path} for ${name}`).toEqual(
          expected.body.rows ?? expected.body.options,
        )
        if (of.status === 200 && path.includes('/rows')) expect(of.body.engine).toBe('store')
      }
    }
    await expectDocumented(stored, tokens, isLong ? 5_000 : 150)
  },
  600_000,
)

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
