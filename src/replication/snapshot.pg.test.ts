import { spawn } from 'node:child_process'
import { once } from 'node:events'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../test/eventually.ts'
import { program } from '../../test/programs/program.ts'
import { read } from '../../test/replication/reading.ts'
import { makeSourceDatabase, type SourceDatabase, settingsOf } from '../../test/replication/source-database.ts'
import { type Cluster, startCluster } from '../embedded/cluster.ts'
import type { ChangeEvent } from './change-event.ts'
import { type Position, positionOfLsn } from './position.ts'
import { openPrimarySnapshot } from './primary-snapshot.ts'
import type { Snapshot } from './snapshot.ts'
import { openStandbySnapshot } from './standby-snapshot.ts'

const rounds = process.env.MILLRACE_LONG === '1' ? 50 : 5
const kills = process.env.MILLRACE_LONG === '1' ? 50 : 5
const [writers, accounts] = [3, 300]

/** Each transaction inserts a row and raises the counts of two others, one of which the next writer raises too. */
function startWriting(source: SourceDatabase) {
  let isWriting = true
  let next = accounts
  const write = async (writer: number) => {
    const client = await source.connect()
    for (let turn = 0; isWriting; turn++) {
      const [one, other] = [(turn * 7 + writer * 50) % accounts, (turn * 11 + writer) % accounts].sort((a, b) => a - b)
      await client.query('begin')
      await client.query('insert into account values ($1, 1)', [next++])
      await client.query('update account set n = n + 1 where id = $1', [one])
      await client.query('update account set n = n + 1 where id = $1', [other])
      await client.query(turn % 10 === 0 ? 'rollback' : 'commit')
    }
  }
  const writing = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  return async () => {
    isWriting = false
    await writing
  }
}

/** The table after every transaction up to a position. */
function tableAt(events: readonly ChangeEvent[], position: Position): Map<string, string | null> {
  const table = new Map<string, string | null>()
  let pending: (() => void)[] = []
  for (const event of events) {
    if (event.type === 'insert' || event.type === 'update') {
      const [id, n] = [event.after.text(0) as string, event.after.text(1)]
      pending.push(() => table.set(id, n))
    }
    if (event.type !== 'commit') continue
    if (event.position <= position) for (const change of pending) change()
    pending = []
  }
  return table
}

async function rowsOf({ client }: Snapshot): Promise<Map<string, string | null>> {
  const { rows } = await client.query('select id::text, n::text from account')
  return new Map(rows.map(({ id, n }) => [id, n]))
}

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ version })
  })
  afterAll(() => cluster?.close())

  const standbyOf = ({ settings }: SourceDatabase) => ({ ...settings, port: cluster.standby.connection.port })
  async function accountsDatabase(): Promise<SourceDatabase> {
    const source = await makeSourceDatabase(cluster.primary)
    await source.host.query(`create table account (id integer primary key, n integer);
      alter table account replica identity full; create publication millrace for table account`)
    return source
  }
  const state = async () => {
    const client = new pg.Client(cluster.standby.connection)
    await client.connect()
    const { rows } = await client.query('select pg_get_wal_replay_pause_state() as state')
    await client.end()
    return rows[0].state
  }

  test.each(['standby', 'primary'] as const)(
    `R4 a snapshot of the %s is exact while others write: every transaction up to its position, and none after`,
    async (where) => {
      await using source = await accountsDatabase()
      await using reading = await read(source, { slot: await source.slot() })
      await source.host.query(`insert into account select n, 0 from generate_series(0, ${accounts - 1}) n`)
      await cluster.caughtUp()
      const stop = startWriting(source)
      const taken: { position: Position; rows: Map<string, string | null> }[] = []
      try {
        for (let round = 0; round < rounds; round++) {
          await using snapshot =
            where === 'standby'
              ? await openStandbySnapshot(standbyOf(source))
              : await openPrimarySnapshot(source.settings)
          const first = await rowsOf(snapshot)
          // Whatever is written meanwhile, it stays what it is.
          expect(await rowsOf(snapshot)).toEqual(first)
          taken.push({ position: snapshot.position, rows: first })
        }
      } finally {
        await stop()
      }
      const events = await reading.untilNow()
      const positions = events.flatMap((event) => (event.type === 'commit' ? [event.position] : []))
      expect(positions.length).toBeGreaterThan(rounds * 5)
      for (const { position, rows } of taken) {
        expect(rows).toEqual(tableAt(events, position))
        // It lies between others, so that one transaction more or less would show.
        expect(positions.some((other) => other <= position) && positions.some((other) => other > position)).toBe(true)
      }
    },
  )

  test('R4 a snapshot is of where it must be at least, or comes late, or not at all', async () => {
    await using source = await accountsDatabase()
    await cluster.caughtUp()
    await source.host.query('insert into account values (1, 1)')
    const { rows } = await source.host.query('select pg_current_wal_lsn()::text as lsn')
    const atLeast = positionOfLsn(rows[0].lsn)
    await using snapshot = await openStandbySnapshot(standbyOf(source), { atLeast })
    expect(snapshot.position >= atLeast).toBe(true)
    expect(await rowsOf(snapshot)).toEqual(new Map([['1', '1']]))
    const late = openStandbySnapshot(standbyOf(source), { atLeast: 'f'.repeat(16), patienceMilliseconds: 200 })
    await expect(late).rejects.toMatchObject({
      code: 'REPLICA_UNAVAILABLE',
      detail: expect.stringContaining('FFFFFFFF/FFFFFFFF'),
    })
  })

  test('R4 replay is resumed, also where the snapshot fails', async () => {
    await using source = await accountsDatabase()
    await source.host.query(`create role watcher_${version} login password 'watcher'`)
    await cluster.caughtUp()
    await using snapshot = await openStandbySnapshot(standbyOf(source))
    expect(await state()).toBe('not paused')
    await snapshot.release()
    const watcher = settingsOf({
      ...cluster.standby.connection,
      user: `watcher_${version}`,
      password: 'watcher',
      database: source.settings.database,
    })
    await expect(openStandbySnapshot(watcher)).rejects.toMatchObject({
      code: 'REPLICA_UNAVAILABLE',
      detail: expect.stringContaining('grant execute on function pg_wal_replay_pause()'),
    })
    expect(await state()).toBe('not paused')
    await source.host.query(`grant execute on function pg_wal_replay_pause, pg_wal_replay_resume to watcher_${version}`)
  })

  test('R4 what somebody else keeps paused is left paused, and waited for', async () => {
    await using source = await accountsDatabase()
    await cluster.caughtUp()
    const client = new pg.Client(cluster.standby.connection)
    await client.connect()
    await client.query('select pg_wal_replay_pause()')
    await eventually(async () => expect(await state()).toBe('paused'))
    const refused = openStandbySnapshot(standbyOf(source), { patienceMilliseconds: 100 })
    await expect(refused).rejects.toMatchObject({
      code: 'REPLICA_UNAVAILABLE',
      detail: 'somebody else keeps the replay of the standby paused',
    })
    expect(await state()).toBe('paused')
    const behind = openStandbySnapshot(standbyOf(source), { atLeast: 'f'.repeat(16), patienceMilliseconds: 100 })
    await expect(behind).rejects.toMatchObject({ code: 'REPLICA_UNAVAILABLE' })
    expect(await state()).toBe('paused')
    const waiting = openStandbySnapshot(standbyOf(source))
    await client.query('select pg_wal_replay_resume()')
    await (await waiting).release()
    await client.end()
  })

  test('R4 a process that is killed does not leave the standby paused', { timeout: 300_000 }, async () => {
    await using source = await accountsDatabase()
    await cluster.caughtUp()
    const { host, port, user, password, database } = standbyOf(source)
    const place = JSON.stringify({ host, port, user, password: password.reveal(), database })
    for (let round = 0; round < kills; round++) {
      const child = spawn(process.execPath, [program('test/replication/take-snapshots.ts')], {
        env: { ...process.env, MILLRACE_STANDBY: place },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = once(child, 'exit')
      await once(child.stdout, 'data')
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 30))
      child.kill('SIGKILL')
      await ended
      await eventually(async () => expect(await state()).toBe('not paused'))
    }
  })

  test('R4 many at once do not resume under one another', async () => {
    await using source = await accountsDatabase()
    await using reading = await read(source, { slot: await source.slot() })
    await source.host.query(`insert into account select n, 0 from generate_series(0, ${accounts - 1}) n`)
    await cluster.caughtUp()
    const stop = startWriting(source)
    const take = async () => {
      await using snapshot = await openStandbySnapshot(standbyOf(source))
      return { position: snapshot.position, rows: await rowsOf(snapshot) }
    }
    const taken = await Promise.all(Array.from({ length: 8 }, take)).finally(stop)
    const events = await reading.untilNow()
    for (const { position, rows } of taken) expect(rows).toEqual(tableAt(events, position))
    expect(await state()).toBe('not paused')
  })

  test('R4 a snapshot that waits for long transactions is broken off, and leaves no slot behind', async () => {
    await using source = await accountsDatabase()
    const slots = async () =>
      (await source.host.query(`select count(*)::integer as n from pg_replication_slots where slot_type = 'logical'`))
        .rows[0].n
    const before = await slots()
    await source.host.query('begin; insert into account values (1, 1)')
    const observer = await source.connect()
    const stopping = new AbortController()
    const waiting = openPrimarySnapshot(source.settings, stopping.signal)
    waiting.catch(() => {})
    const count = async () =>
      (await observer.query(`select count(*)::integer as n from pg_replication_slots where temporary`)).rows[0].n
    await eventually(async () => expect(await count()).toBe(1))
    stopping.abort()
    await expect(waiting).rejects.toThrow('aborted')
    await eventually(async () => expect(await count()).toBe(0))
    await source.host.query('commit')
    expect(await slots()).toBe(before)
  })
})
