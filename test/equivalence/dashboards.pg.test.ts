import pg from 'pg'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { backOffice, foldedReports } from '../../examples/back-office/catalog.ts'
import { loadDemo } from '../../examples/back-office/data/load.ts'
import { groupsOf, rolesOf } from '../../examples/back-office/people.ts'
import { prepare, rollupsOf } from '../../examples/back-office/prepare.ts'
import { type DemoTenant, demoTenants } from '../../examples/back-office/tenants.ts'
import { startTraffic } from '../../examples/back-office/traffic.ts'
import { Writes } from '../../examples/back-office/writes.ts'
import { type Cluster, startCluster } from '../../src/embedded/cluster.ts'
import type { Connection } from '../../src/embedded/connection.ts'
import { createDatabase } from '../../src/embedded/database.ts'
import { positionOfLsn } from '../../src/replication/position.ts'
import type { Progress, ReportStore } from '../../src/store/report-store.ts'
import { createAllowlist } from '../../src/tenancy/allowlist.ts'
import { startDeployment } from '../deployment/deployment.ts'
import { storeInDynamo, storeInPostgres } from '../deployment/folded.ts'
import { type Folding, startFolding } from '../fold/folding.ts'
import { settingsOf } from '../replication/source-database.ts'
import { seed } from '../seed.ts'

const isLong = process.env.MILLRACE_LONG === '1'
/** All customers in a long run; otherwise the one that uses both products, and one far away. */
const customers = isLong ? demoTenants : demoTenants.filter(({ id }) => id === 'havel' || id === 'sumida')
const history = isLong ? { years: 1, size: 1 } : { years: 0.12, size: 0.1 }
const transactions = isLong ? 500 : 30
const patience = { timeout: 240_000, interval: 100 }

let cluster: Cluster
const close: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(async () => {
  vi.useRealTimers()
  for (const each of close.reverse()) await each()
  await cluster?.close()
})

test('F1 every dashboard of the demo, for every person, is the same from PostgreSQL and from DynamoDB, byte for byte', {
  timeout: 600_000,
}, async () => {
  const moment = Temporal.Now.instant()
  const tenants = customers.map((tenant) => sized(tenant, history.size))
  const database = await createDatabase(cluster.primary, 'back_office')
  const told = { seed, years: history.years, now: moment.epochMilliseconds, progress: () => {} }
  const roles = await loadDemo(database, { ...told, tenants })
  await prepare(roles.replication, tenants)
  await cluster.caughtUp()

  const listed = tenants.map(({ id, timeZone, mobility }) => ({
    id,
    timeZone,
    ...(mobility && { schema: mobility.schema }),
  }))
  const allowlist = createAllowlist(listed)
  await allowlist.start()
  const stored = { postgres: await storeInPostgres(cluster), dynamodb: await storeInDynamo() }
  const standbyPort = cluster.standby.connection.port
  const replication = settingsOf(roles.replication)
  const host = new pg.Client(roles.application)
  await host.connect()
  close.push(() => host.end())
  const foldings = Object.values(stored).map(({ store, close: closeStore }): Folding => {
    const folding = startFolding(
      { settings: replication, host },
      {
        store,
        snapshots: { ...replication, port: standbyPort },
        reports: foldedReports,
        tenants: allowlist,
        flushMilliseconds: 100,
        // What it would commit by itself is a commit, too, and of its own time.
        heartbeatMilliseconds: 600_000,
        pauseRatio: 0,
      },
    )
    close.push(
      closeStore,
      () => store.close(),
      () => folding.stop(),
    )
    return folding
  })
  for (const { store } of Object.values(stored)) {
    const ready = async () => (await store.builds('main')).filter(({ state }) => state === 'ready').length
    await vi.waitFor(async () => expect(await ready()).toBe(rollupsOf(tenants)), patience)
  }

  const writes = new Writes()
  const complaints: unknown[] = []
  const onError = (error: unknown) => complaints.push(error)
  const traffic = startTraffic(roles.application, { tenants, seed, rate: 200, writes, onError })
  await vi.waitFor(() => expect(traffic.committed).toBeGreaterThan(transactions), patience)
  await traffic.stop()
  expect(complaints).toEqual([])
  await cluster.caughtUp()
  const {
    rows: [end],
  } = await host.query('select pg_current_wal_insert_lsn()::text as lsn')
  const last = positionOfLsn(end.lsn)
  await vi.waitFor(async () => {
    const [one, other] = await Promise.all(Object.values(stored).map(({ store }) => store.progress('main')))
    expect([one, other].every((progress) => progress !== undefined && progress.position >= last)).toBe(true)
    expect(one?.committedAt).toBe(other?.committedAt)
  }, patience)
  for (const folding of foldings) await folding.stop()
  await comeToOnePosition(Object.values(stored).map(({ store }) => store))

  const at = ({ host, port }: Connection) => ({ ...roles.analytics, host, port })
  const replica = { target: 'standby', ...at(cluster.standby.connection) }
  // How old an answer is, is told with it: the clock stands still, for whoever has asked for it by then.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  const deployments = await Promise.all(
    Object.values(stored).map(({ secret }) =>
      startDeployment({
        catalog: backOffice,
        tenants: listed,
        // Without a primary, what is known of time is when the last transaction was committed, and not when it was looked.
        secret: { replica, store: secret },
        now: () => moment,
      }),
    ),
  )
  for (const deployment of deployments) close.push(() => deployment.close())
  const today = moment.toZonedDateTimeISO('UTC').toPlainDate()
  // For reports whose reader gives their days.
  const days = `?from=${today.subtract({ days: 30 })}&to=${today.add({ days: 1 })}`
  let [answers, rows] = [0, 0]
  try {
    for (const tenant of tenants) {
      for (const role of rolesOf(tenant)) {
        const attributes = { groups: groupsOf(tenant, role) }
        const readable = foldedReports.filter(({ permission }) => role.permissions.includes(permission))
        const paths = readable.flatMap(({ name, filters, period }) => [
          `/reports/${name}`,
          `/reports/${name}/rows${JSON.stringify(period)?.includes('"given"') ? days : ''}`,
          ...filters.map((filter) => `/reports/${name}/options/${filter}`),
        ])
        for (const path of paths) {
          const [one, other] = await Promise.all(
            deployments.map(async ({ app, token }) => {
              const bearer = await token({ tenant: tenant.id, permissions: role.permissions, attributes })
              return await app.inject({ url: path, headers: { authorization: `Bearer ${bearer}` } })
            }),
          )
          expect(other?.body, `${path} for ${role.id} of ${tenant.id}`).toBe(one?.body)
          expect(other?.statusCode).toBe(200)
          if (!path.includes('/rows')) continue
          expect(other?.json()).toMatchObject({ engine: 'store' })
          expect(other?.json()).not.toHaveProperty('building')
          answers++
          rows += other?.json().rows.length
        }
      }
    }
  } finally {
    vi.useRealTimers()
  }
  console.log(`${answers} answers with ${rows} rows are the same`)
  expect(rows).toBeGreaterThan(100)
})

function sized(tenant: DemoTenant, size: number): DemoTenant {
  const { mobility, security } = tenant
  return {
    ...tenant,
    ...(mobility && { mobility: { ...mobility, bookingsADay: mobility.bookingsADay * size } }),
    ...(security && { security: { ...security, assets: Math.max(4, Math.round(security.assets * size)) } }),
  }
}

/** Both have every transaction; where one has seen more of the log after the last, the other is told of it as by its own fold. */
async function comeToOnePosition(stores: readonly ReportStore[]): Promise<void> {
  const reached = await Promise.all(stores.map((store) => store.progress('main')))
  const to = reached
    .map(({ position }) => position)
    .sort()
    .at(-1) as string
  for (const [at, store] of stores.entries()) {
    const { position: from, ...progress } = reached[at] as Progress
    if (from < to) await store.apply('main', { ...progress, from, to, additions: [] })
  }
}
