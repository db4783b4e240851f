import { inspect } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StandaloneServer, startServer } from '../../embedded/cluster.ts'
import type { Connection } from '../../embedded/connection.ts'
import { createDatabase, query } from '../../embedded/database.ts'
import { everything } from '../contract/truth.ts'
import type { Batch, Build } from '../report-store.ts'
import { PostgresStore } from './postgres-store.ts'

let server: StandaloneServer
let connection: Connection
let store: PostgresStore

const at = (place: number): string => place.toString(16).padStart(16, '0')
const newBuild = { report: 'r', fingerprint: 'f', definition: '', facts: '', startsAt: at(0) }

beforeAll(async () => {
  server = await startServer()
  connection = await createDatabase(server, 'reporting')
  store = new PostgresStore({ connection })
  await store.migrate()
})

afterAll(async () => {
  await store?.close()
  await server?.close()
})

async function opened(stream: string): Promise<{ build: Build; batch: Batch }> {
  const [build] = (await store.open(stream, [{ ...newBuild, tenant: 'a' }], 0)) as [Build]
  await store.ready(stream, build)
  const additions = [{ build, sort: 'x', by: [1n] }]
  return { build, batch: { from: at(0), to: at(1), epoch: 1, committedAt: 0n, source: '', additions } }
}

const breakOff = (): Promise<unknown> =>
  query(server.connection, `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = 'reporting'`)

test('S1 a batch whose connection breaks in the middle leaves nothing, and is added by the next attempt', async () => {
  const { build, batch } = await opened('broken')
  async function* additions() {
    for (let index = 0; index < 6_000; index++) yield { build, sort: `key ${index}`, by: [1n] }
    await breakOff()
    yield { build, sort: 'x', by: [1n] }
  }
  await expect(store.apply('broken', { ...batch, additions: additions() })).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
  })
  expect((await store.read('broken', build, [everything]))?.counters).toEqual([[]])
  await store.apply('broken', batch)
  expect((await store.read('broken', build, [everything]))?.counters[0]).toHaveLength(1)
})

test('reads go on where the idle connections were broken off', async () => {
  const { build } = await opened('idle')
  await Promise.all([1, 2, 3, 4].map(() => store.progress('idle')))
  await breakOff()
  expect(await store.read('idle', build, [])).toMatchObject({ asOf: at(0) })
})

test('S4 a worker that froze in the middle of a batch holds the next one up no longer than its transaction may idle', async () => {
  const { batch } = await opened('frozen')
  const frozen = new pg.Client({ ...connection, options: '-c idle_in_transaction_session_timeout=300' })
  frozen.on('error', () => {})
  await frozen.connect()
  await frozen.query(`begin; update reporting.streams set position = '${at(1)}' where stream = 'frozen'`)
  await store.apply('frozen', batch)
  expect((await store.progress('frozen')).position).toBe(at(1))
})

test('a dropped build is unreadable at once, and what a broken sweep has left goes with the next one', async () => {
  const { build, batch } = await opened('dropped')
  const many = Array.from({ length: 50_000 }, (_, index) => ({ build, sort: `key ${index}`, by: [1n] }))
  await store.apply('dropped', { ...batch, additions: many })
  const blocker = new pg.Client(connection)
  await blocker.connect()
  await blocker.query(`begin; select from reporting.counters where sort = 'key 40000' for update`)
  const dropping = store.drop('dropped', build).catch((error: unknown) => error)
  const gone = { code: 'STORE_BUILD_GONE' }
  await expect.poll(() => store.builds('dropped')).toEqual([])
  await expect(store.read('dropped', build, [everything])).rejects.toMatchObject(gone)
  const waiting = `wait_event_type = 'Lock' and datname = 'reporting'`
  const end = `select pg_terminate_backend(pid, 5000) from pg_stat_activity where ${waiting}`
  await expect.poll(() => query(connection, end), { timeout: 10_000 }).toHaveLength(1)
  expect(await dropping).toMatchObject({ code: 'STORE_UNAVAILABLE' })
  await blocker.query('rollback')
  await blocker.end()
  await store.drop('dropped', build)
  expect(await query(connection, 'select from reporting.dropped_builds')).toEqual([])
  const left = `select count(*)::int as n from reporting.counters where not exists (select from reporting.builds b where b.build = counters.build)`
  expect(await query(connection, left)).toEqual([{ n: 0 }])
})

test('a store that is down, or refuses the credentials, says so without its password', async () => {
  const down = new PostgresStore({ connection: { ...connection, port: 1, password: 'a password' } })
  const refused = new PostgresStore({ connection: { ...connection, user: 'nobody', password: 'a password' } })
  const unprepared = new PostgresStore({ connection, schema: 'nowhere' })
  for (const each of [down, refused, unprepared]) {
    const calls = [
      () => each.progress('main'),
      () => each.open('main', [], 0),
      () => each.read('main', { ...newBuild, tenant: 'a' }, []),
    ]
    for (const call of calls) {
      const error = await call().catch((fault: unknown) => fault)
      expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryAfter: expect.any(Number) })
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('a password')
    }
    await each.close()
  }
  await expect(new PostgresStore({ connection: { ...connection, port: 1 } }).migrate()).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
  })
})
