import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Cluster, startCluster, startServer } from './cluster.ts'
import { createDatabase, dropDatabase, query } from './database.ts'

const one = async (...statement: Parameters<typeof query>) => Object.values((await query(...statement))[0] ?? {})[0]

// As clusters are made where nothing is kept from one to the next.
vi.stubEnv('MILLRACE_EMBEDDED_TEMPLATES', '')

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ version, settings: { work_mem: '3MB' } })
  })
  afterAll(() => cluster?.close())

  test('the primary is of the version asked for, and set up as Millrace needs it', async () => {
    const { connection } = cluster.primary
    expect(await one(connection, 'show server_version')).toMatch(new RegExp(`^${version}\\.`))
    const settings = { wal_level: 'logical', timezone: 'UTC', work_mem: '3MB', max_connections: '100' }
    for (const [name, value] of Object.entries({ ...settings, listen_addresses: '127.0.0.1', server_encoding: 'UTF8' }))
      expect([name, await one(connection, 'select current_setting($1)', [name])]).toEqual([name, value])
  })

  test('text is ordered by bytes', async () => {
    const locale = await query(
      cluster.primary.connection,
      'select datcollate, datctype from pg_database where datname = $1',
      ['postgres'],
    )
    expect(locale).toEqual([{ datcollate: 'C', datctype: 'C' }])
  })

  test('a password is asked for, on both servers', async () => {
    for (const { connection } of [cluster.primary, cluster.standby])
      await expect(query({ ...connection, password: 'wrong' }, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  })

  test('the standby is in recovery, streams by its slot, and shows what the primary has committed', async () => {
    expect(await one(cluster.primary.connection, 'select pg_is_in_recovery()')).toBe(false)
    expect(await one(cluster.standby.connection, 'select pg_is_in_recovery()')).toBe(true)
    expect(await query(cluster.primary.connection, 'select slot_name, active from pg_replication_slots')).toEqual([
      { slot_name: 'standby', active: true },
    ])
    await query(cluster.primary.connection, 'create table seen (round integer)')
    for (let round = 1; round <= 20; round++) {
      await query(cluster.primary.connection, 'insert into seen values ($1)', [round])
      await cluster.caughtUp()
      expect(await one(cluster.standby.connection, 'select max(round) from seen')).toBe(round)
    }
  })

  test('caught up is said only once the standby shows what the primary had committed', async () => {
    await query(cluster.primary.connection, 'create table late (answer integer)')
    await cluster.caughtUp()
    await query(cluster.standby.connection, 'select pg_wal_replay_pause()')
    await query(cluster.primary.connection, 'insert into late values (42)')
    let said = false
    const waiting = cluster.caughtUp().then(() => {
      said = true
    })
    for (let round = 0; round < 20; round++) {
      expect(await one(cluster.standby.connection, 'select count(*) from late')).toBe('0')
      expect(said).toBe(false)
    }
    await query(cluster.standby.connection, 'select pg_wal_replay_resume()')
    await waiting
    expect(await one(cluster.standby.connection, 'select answer from late')).toBe(42)
  })

  test('a write on the standby is refused', async () => {
    const refused = query(cluster.standby.connection, 'create table written_on_the_standby ()')
    await expect(refused).rejects.toMatchObject({ code: '25006' })
  })

  test.each(['fast', 'immediate', 'kill'] as const)('after a restart by "%s" all is as before', async (mode) => {
    const { connection, pid } = cluster.primary
    await query(connection, `create table ${mode} as select 1 as kept`)
    await Promise.all([cluster.primary.restart(mode), cluster.standby.restart(mode)])
    expect(cluster.primary.connection).toEqual(connection)
    expect(cluster.primary.pid).not.toBe(pid)
    await query(connection, `update ${mode} set kept = 2`)
    await cluster.caughtUp()
    expect(await one(cluster.standby.connection, `select kept from ${mode}`)).toBe(2)
  })

  test('a server that is stopped says so, and starts again', async () => {
    const { standby } = cluster
    await standby.stop()
    expect([standby.running, standby.pid]).toEqual([false, undefined])
    await expect(query(standby.connection, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await standby.stop()
    const first = standby.start()
    await standby.start()
    expect(standby.running).toBe(true)
    expect(await one(standby.connection, 'select 1')).toBe(1)
    await first
  })

  test('a start after a kill waits for what the kill has left running', async () => {
    const { primary } = cluster
    const session = new pg.Client(primary.connection)
    session.on('error', () => {})
    await session.connect()
    const { rows } = await session.query('select pg_backend_pid() as pid')
    // A stopped process does not notice that its server has died.
    process.kill(rows[0].pid, 'SIGSTOP')
    await primary.stop('kill')
    const starting = primary.start()
    const seen = () => readFile(primary.logFile, 'utf8')
    await vi.waitFor(async () => expect(await seen()).toMatch(/shared memory block .* still in use/), {
      timeout: 10_000,
    })
    process.kill(rows[0].pid, 'SIGCONT')
    await starting
    expect(await one(primary.connection, 'select 1')).toBe(1)
  })

  test('a restart waits for its port where another process has taken it meanwhile', async () => {
    const { standby } = cluster
    await standby.stop()
    const thief = createServer()
    await new Promise<void>((listening) => thief.listen(standby.connection.port, '127.0.0.1', listening))
    const refusals = async () => (await readFile(standby.logFile, 'utf8')).split('Address already in use').length
    const before = await refusals()
    const started = standby.start()
    await vi.waitFor(async () => expect(await refusals()).toBeGreaterThan(before), { timeout: 10_000 })
    await new Promise((closed) => thief.close(closed))
    await started
    expect(await one(standby.connection, 'select 1')).toBe(1)
  })

  test('a database is made from a template, and dropped under its users', async () => {
    const template = await createDatabase(cluster.primary, 'a template')
    await query(template, `create table filled as select 'yes' as answer`)
    const connection = await createDatabase(cluster.primary, 'a "copy"', { template: template.database })
    await cluster.caughtUp()
    const there = { ...cluster.standby.connection, database: connection.database }
    expect(await one(there, 'select answer from filled')).toBe('yes')
    await dropDatabase(cluster.primary, connection.database)
    await expect(query(connection, 'select 1')).rejects.toMatchObject({ code: '3D000' })
  })

  test('a database may have a locale that orders text otherwise than by bytes', async () => {
    const words = `select array_agg(word order by word) from (values ('b'), ('A'), ('a'), ('B')) as words (word)`
    const english = await createDatabase(cluster.primary, 'english', { locale: 'en-US' })
    expect(await one(english, words)).toEqual(['a', 'A', 'b', 'B'])
    expect(await one(await createDatabase(cluster.primary, 'bytes'), words)).toEqual(['A', 'B', 'a', 'b'])
  })
})

test('a cluster without a standby says so where one is asked for', async () => {
  await using cluster = await startCluster({ standby: false })
  expect(() => cluster.standby).toThrow(/without a standby/)
  await expect(cluster.caughtUp()).rejects.toThrow(/without a standby/)
})

test('a server can stand by itself', async () => {
  await using server = await startServer({ version: 15 })
  expect(await one(server.connection, 'select pg_is_in_recovery()')).toBe(false)
  expect(await query(server.connection, 'select 1 from pg_replication_slots')).toEqual([])
})
