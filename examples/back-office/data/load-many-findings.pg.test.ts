import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StandaloneServer, startServer } from '../../../src/embedded/cluster.ts'
import type { Connection } from '../../../src/embedded/connection.ts'
import { createDatabase, query } from '../../../src/embedded/database.ts'
import { manyTenants } from '../many-tenants.ts'
import { createRoles } from './load.ts'
import { loadManyFindings } from './load-many-findings.ts'

const [findings, now] = [30_000, Date.UTC(2026, 5, 15, 12)]
const tenants = manyTenants(findings)
let server: StandaloneServer
let databases: readonly Connection[]

async function loaded(name: string, seed: number): Promise<Connection> {
  const database = await createDatabase(server, name)
  if (name === 'one') await createRoles(database, tenants)
  await loadManyFindings(database, { tenants, findings, seed, now, years: 3, progress: () => {} })
  return database
}

beforeAll(async () => {
  server = await startServer()
  databases = [await loaded('one', 1), await loaded('same', 1), await loaded('other', 2)]
})
afterAll(() => server?.close())

test('findings are the same for the same seed, and others for another', async () => {
  const prints = databases.map(async (database) => {
    const [row] = await query<{ print: string }>(
      database,
      `select md5(string_agg(f::text, ',' order by id)) as print from finding f`,
    )
    return row?.print
  })
  const [one, same, other] = await Promise.all(prints)
  expect(one).toMatch(/^[0-9a-f]{32}$/)
  expect(same).toBe(one)
  expect(other).not.toBe(one)
})

test('customers share the findings very unevenly, and every one has some', async () => {
  const rows = await query<{ tenant_id: string; findings: string }>(
    databases[0] as Connection,
    'select tenant_id, count(*) as findings from finding group by 1 order by count(*) desc',
  )
  expect(rows).toHaveLength(100)
  expect(rows.reduce((sum, row) => sum + Number(row.findings), 0)).toBe(findings)
  expect(rows[0]?.tenant_id).toBe(tenants[0]?.id)
  expect(Number(rows[0]?.findings) / findings).toBeGreaterThan(0.17)
  expect(Number(rows[0]?.findings) / findings).toBeLessThan(0.21)
})

test('a weakness has one severity and score wherever it is found, and nothing is after the end of the history', async () => {
  const [row] = await query(
    databases[0] as Connection,
    `select (select count(*) from (select cve from finding group by cve having count(distinct (severity, cvss)) > 1) x)::integer as twofold,
       (select count(*) from finding where first_seen_at > $1 or resolved_at > $1 or resolved_at < first_seen_at)::integer as misplaced,
       (select count(*) from finding where resolved_at is null)::float / count(*) between 0.02 and 0.12 as some_open
     from finding`,
    [new Date(now)],
  )
  expect(row).toEqual({ twofold: 0, misplaced: 0, some_open: true })
})
