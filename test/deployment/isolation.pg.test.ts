import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../../src/embedded/cluster.ts'
import { quoteIdentifier } from '../../src/query/statement.ts'
import { catalog } from '../../src/report/catalog.ts'
import { date, decimal, integer, text } from '../../src/report/column.ts'
import { lookup } from '../../src/report/lookup.ts'
import { count, max, sum } from '../../src/report/measure.ts'
import { given } from '../../src/report/period.ts'
import { report } from '../../src/report/report.ts'
import { bySchema, source } from '../../src/report/source.ts'
import { sql } from '../../src/report/sql.ts'
import { sqlReport } from '../../src/report/sql-report.ts'
import { type Deployment, grantSelect, secretFor, startDeployment } from './deployment.ts'

/** Ids and schemas that an attacker, or a careless host, would choose. Each tenant's rows say whose they are. */
const tenants = [
  { id: 'a', schema: 'a' },
  { id: 'A', schema: 'A' },
  { id: 'a ', schema: 'a ' },
  { id: "a' or '1'='1", schema: `a"b` },
  { id: '"; drop table secret_b; --', schema: 'a"; set search_path = b; --' },
  { id: '%', schema: 'a, b' },
  { id: 'ä', schema: '$USER' },
  { id: 'b', schema: 'b' },
]
const columns = { id: integer(), tenant: text(), owner: text(), day: date(), amount: decimal({ scale: 2 }) }
const { tenant: _, ...unowned } = columns
const byColumn = source('ledger', { columns, key: 'id', tenant: 'tenant' })
const byOwnSchema = source('ledger', { columns: unowned, key: 'id', tenant: bySchema })
const attributes = source('owner', {
  columns: { tenant: text(), id: text(), name: text() },
  key: 'id',
  tenant: 'tenant',
})

const declarative = <S extends typeof byColumn | typeof byOwnSchema>(name: string, from: S) =>
  report({
    name,
    permission: 'ledger.read',
    from: from as typeof byColumn,
    dimensions: { owner: (from as typeof byColumn).owner },
    time: { column: (from as typeof byColumn).day },
    period: given('from', 'to'),
    measures: {
      rows: count(),
      total: sum((from as typeof byColumn).amount),
      last: max((from as typeof byColumn).owner),
    },
    filters: ['owner', 'id', 'day', 'amount'],
  })
const raw = <S extends typeof byColumn | typeof byOwnSchema>(name: string, from: S) =>
  sqlReport({
    name,
    permission: 'ledger.read',
    params: { owner: text(), from: date() },
    row: { owner: text(), rows: integer() },
    sql: ({ owner, from: since }) =>
      sql`select owner, count(*) as rows from ${from} where (owner = ${owner} or true) and day >= ${since} group by owner`,
  })
const reports = catalog([
  declarative('by-column', byColumn),
  declarative('by-schema', byOwnSchema),
  raw('raw-by-column', byColumn),
  raw('raw-by-schema', byOwnSchema),
  report({
    name: 'labelled',
    permission: 'ledger.read',
    from: byColumn,
    dimensions: { owner: byColumn.owner },
    lookup: { owner: lookup(attributes, 'id', 'name') },
    measures: { rows: count() },
    restrict: { owner: 'owners' },
  }),
])

const attacks = [
  `' or '1'='1`,
  `'; drop table ledger; --`,
  `") or 1=1 --`,
  `$1`,
  `{a,b}`,
  `"},{"b`,
  `\\'; select pg_sleep(5); --`,
  `b'); set search_path = b; --`,
  `1; commit; insert into ledger values (1)`,
  "pg_read_file('/etc/passwd')",
]

let cluster: Cluster
let deployment: Deployment
const tokens = new Map<string, string>()
const ownerOf = (id: string) => `owner of ${id}`

beforeAll(async () => {
  cluster = await startCluster()
  const admin = new pg.Client(cluster.primary.connection)
  await admin.connect()
  await admin.query('create table ledger (id int primary key, tenant text, owner text, day date, amount numeric(12,2))')
  await admin.query('create table owner (tenant text, id text, name text, primary key (tenant, id))')
  for (const [at, { id, schema }] of tenants.entries()) {
    const name = quoteIdentifier(schema)
    await admin.query(`create schema ${name}`)
    await admin.query(`create table ${name}.ledger (id int primary key, owner text, day date, amount numeric(12,2))`)
    const own = [at * 100, ownerOf(id)]
    await admin.query(
      `insert into ${name}.ledger select $1 + n, $2, '2026-01-01'::date + n, n from generate_series(1, 20) n`,
      own,
    )
    await admin.query(
      `insert into ledger select $1 + n, $3, $2, '2026-01-01'::date + n, n from generate_series(1, 20) n`,
      [...own, id],
    )
    await admin.query('insert into owner select $1, $2, $3 from generate_series(1, 1)', [
      id,
      ownerOf(id),
      `name of ${id}`,
    ])
    // A label under another tenant's key: a lookup that is not scoped would show it.
    await admin.query('insert into owner values ($1, $2, $3) on conflict do nothing', [
      id,
      ownerOf('b'),
      `stolen by ${id}`,
    ])
  }
  await grantSelect(admin, ['public'])
  for (const { schema } of tenants) {
    const name = quoteIdentifier(schema)
    await admin.query(
      `grant usage on schema ${name} to analytics; grant select on all tables in schema ${name} to analytics`,
    )
  }
  await admin.end()
  await cluster.caughtUp()
  deployment = await startDeployment({
    catalog: reports,
    tenants,
    secret: secretFor('standby', cluster.standby.connection, cluster.primary.connection),
  })
  for (const { id } of tenants) {
    const attributes = { owners: tenants.map((tenant) => ownerOf(tenant.id)) }
    tokens.set(id, await deployment.token({ tenant: id, permissions: ['ledger.read'], attributes }))
  }
}, 120_000)

afterAll(async () => {
  await deployment?.close()
  await cluster?.close()
})

const query = (params: Readonly<Record<string, string>>) => new URLSearchParams(params).toString()
const days = { from: '2026-01-01', to: '2027-01-01' }
const get = (tenant: string, path: string) => deployment.get(`/reports/${path}`, tokens.get(tenant) as string)

function ownRowsOnly(tenant: string, rows: readonly { owner: string; rows: number }[]): void {
  expect(rows.map(({ owner }) => owner).filter((owner) => owner !== ownerOf(tenant))).toEqual([])
}

describe.each(['by-column', 'by-schema'])('tenancy %s', (form) => {
  test.each(tenants)('T3 T4 tenant $id sees its own twenty rows, whatever its id or schema', async ({ id }) => {
    for (const path of [`${form}/rows?${query(days)}`, `raw-${form}/rows?${query({ owner: '', from: days.from })}`]) {
      const { status, body } = await get(id, path)
      expect(status).toBe(200)
      ownRowsOnly(id, body.rows)
      expect(body.rows[0].rows).toBe(20)
    }
  })

  test.each(attacks)('T3 T4 %s through every parameter reaches no row of another tenant', async (attack) => {
    const parameters = ['owner', 'id', 'day', 'amount', 'from', 'to', 'tenant', `owner"; --`, attack]
    for (const name of parameters) {
      for (const path of [
        `${form}/rows?${query({ ...days, [name]: attack })}`,
        `raw-${form}/rows?${query({ owner: attack, from: days.from, ...(name === 'owner' ? {} : { [name]: attack }) })}`,
      ]) {
        const { status, body } = await get('a', path)
        expect([200, 400]).toContain(status)
        if (status === 200) ownRowsOnly('a', body.rows)
        else expect(JSON.stringify(body)).not.toMatch(/owner of b|syntax|relation|pg_/)
      }
    }
  })

  test('T1 a tenant in the query, a header or a path changes nothing', async () => {
    const token = tokens.get('a') as string
    const plain = await get('a', `${form}/rows?${query(days)}`)
    const answer = await deployment.app.inject({
      url: `/reports/${form}/rows?${query(days)}`,
      headers: { authorization: `Bearer ${token}`, 'x-tenant': 'b', tenant: 'b', 'x-tenant-id': 'b' },
    })
    expect(answer.json().rows).toEqual(plain.body.rows)
    expect((await get('a', `${form}/rows?${query({ ...days, tenant: 'b' })}`)).status).toBe(400)
  })

  test('T3 T4 random text through filters and parameters never reaches another tenant', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...tenants), fc.string({ unit: 'grapheme' }), async ({ id }, value) => {
        for (const path of [
          `${form}/rows?${query({ ...days, owner: value })}`,
          `raw-${form}/rows?${query({ owner: value, from: days.from })}`,
        ]) {
          const { status, body } = await get(id, path)
          expect([200, 400]).toContain(status)
          if (status === 200) ownRowsOnly(id, body.rows)
        }
      }),
      { numRuns: process.env.MILLRACE_LONG ? 3000 : 60 },
    )
  })

  test('T4 the options of a filter are the tenant’s own', async () => {
    const { status, body } = await get('a', `${form}/options/owner`)
    expect(status).toBe(200)
    expect(body.options.map(({ value }: { value: string }) => value)).toEqual([ownerOf('a')])
  })
})

test('T4 labels come from the tenant’s own rows', async () => {
  for (const { id } of tenants) {
    const { body } = await get(id, 'labelled/rows')
    const own = id === 'b' ? 'name of b' : `name of ${id}`
    expect(body.rows).toEqual([{ owner: ownerOf(id), ownerLabel: own, rows: 20 }])
  }
})

test('T7 a viewer without the attribute that a report restricts by sees no row', async () => {
  const token = await deployment.token({ tenant: 'a', permissions: ['ledger.read'] })
  expect((await deployment.get('/reports/labelled/rows', token)).body.rows).toEqual([])
})

test('T2 a tenant that is not on the allowlist is refused, however it resembles one that is', async () => {
  for (const tenant of ['c', 'a\u0000', 'b ', 'B', 'ａ', '__proto__', 'constructor', 'toString', '*', 'public']) {
    const token = await deployment.token({ tenant, permissions: ['ledger.read'] })
    const { status, body } = await deployment.get(`/reports/by-column/rows?${query(days)}`, token)
    expect([401, 403]).toContain(status)
    expect(body.rows).toBeUndefined()
  }
})

test('T5 nothing that was sent has changed the database', async () => {
  const admin = new pg.Client(cluster.primary.connection)
  await admin.connect()
  const { rows } = await admin.query('select count(*)::int as n from ledger')
  await admin.end()
  expect(rows[0].n).toBe(20 * tenants.length)
})
