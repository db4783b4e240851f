import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../../../src/embedded/cluster.ts'
import { createDatabase, query } from '../../../src/embedded/database.ts'
import { demoTenants } from '../tenants.ts'
import { startTraffic } from '../traffic.ts'
import { Writes } from '../writes.ts'
import { loadDemo, type Roles } from './load.ts'

let cluster: Cluster
let roles: Roles

beforeAll(async () => {
  cluster = await startCluster({ standby: false })
  const database = await createDatabase(cluster.primary, 'back_office')
  roles = await loadDemo(database, { tenants: demoTenants, seed: 1, years: 0.1, now: Date.now(), progress: () => {} })
})
afterAll(() => cluster?.close())

test('T5 the role that Millrace signs in with can only read', async () => {
  for (const write of [
    'delete from havel.booking',
    'delete from finding',
    "insert into tenant values ('x', 'x', 'x', 'UTC')",
  ]) {
    await expect(query(roles.analytics, `begin; set transaction read write; ${write}`)).rejects.toThrow(
      /permission denied/,
    )
    await expect(query(roles.analytics, write)).rejects.toThrow(/read-only transaction/)
  }
})

test('T4 without a tenant in `app.tenant` the findings are empty to it, with one they are that tenant’s', async () => {
  const count = async (before: string) => {
    const text = `with scope as materialized (select ${before}) select tenant_id, count(*)::integer from scope, finding group by 1`
    return query<{ tenant_id: string; count: number }>(roles.analytics, text)
  }
  expect(await count('1')).toEqual([])
  expect((await count("set_config('app.tenant', 'lumen', true)")).map((row) => row.tenant_id)).toEqual(['lumen'])
  expect((await query<{ tenant_id: string }>(roles.application, 'select distinct tenant_id from finding')).length).toBe(
    4,
  )
})

test('traffic books, cancels, finds and resolves in transactions of its own, and stops when told', async () => {
  const state = async () =>
    (
      await query(
        roles.application,
        `select (select count(*) from havel.booking)::integer as bookings,
           (select count(*) from havel.booking where status = 'cancelled')::integer as cancelled,
           (select count(*) from finding)::integer as findings,
           (select count(*) from finding where resolved_at is not null)::integer as resolved`,
      )
    )[0] as Record<string, number>
  const before = await state()
  const errors: unknown[] = []
  const traffic = startTraffic(roles.application, {
    tenants: demoTenants,
    seed: 1,
    rate: 2000,
    writes: new Writes(),
    onError: (error) => errors.push(error),
  })
  await expect
    .poll(async () => Object.entries(await state()).every(([name, now]) => now > (before[name] as number)), {
      timeout: 30_000,
    })
    .toBe(true)
  await traffic.stop()
  const after = traffic.committed
  const last = await state()
  expect(errors).toEqual([])
  expect(await state()).toEqual(last)
  expect(traffic.committed).toBe(after)
})
