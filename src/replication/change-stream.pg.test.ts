import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type brief, commitsOf, read } from '../../test/replication/reading.ts'
import { makeSourceDatabase, type SourceDatabase } from '../../test/replication/source-database.ts'
import { type Cluster, startCluster } from '../embedded/cluster.ts'
import { openChanges } from './open-changes.ts'
import { firstPosition, lsnOf, type Position, positionOfLsn } from './position.ts'
import { inspectSlot } from './slot.ts'

const patience = { timeout: 30_000, interval: 20 }

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ version, standby: false, settings: { wal_sender_timeout: '2s' } })
  })
  afterAll(() => cluster?.close())

  async function items(): Promise<SourceDatabase> {
    const source = await makeSourceDatabase(cluster.primary)
    await source.host.query(`create table item (id integer primary key, note text);
      alter table item replica identity full; create publication millrace for table item`)
    return source
  }
  const insert = async ({ host }: SourceDatabase, from: number, to: number) => {
    for (let id = from; id <= to; id++) await host.query('insert into item values ($1)', [id])
  }
  const confirmed = async ({ host }: SourceDatabase, slot: string) => (await inspectSlot(host, slot))?.confirmed
  const ids = (events: Parameters<typeof brief>[0]) =>
    events.flatMap((event) => (event.type === 'insert' ? [Number(event.after.text(0))] : []))
  /** Waits until the server has heard from the reader so many times more. */
  const heard = async ({ host }: SourceDatabase, slot: string, times: number) => {
    const replyTime = async () =>
      (
        await host.query(
          `select reply_time::text as at from pg_stat_replication r join pg_replication_slots s on s.active_pid = r.pid where slot_name = $1`,
          [slot],
        )
      ).rows[0]?.at
    for (let last = await replyTime(), time = 0; time < times; time++)
      await vi.waitFor(async () => {
        const now = await replyTime()
        expect(now).toBeDefined()
        expect(now).not.toBe(last)
        last = now
      }, patience)
  }

  test('R1 the server is told of exactly what was acknowledged, and never of what was only received', async () => {
    await using source = await items()
    const slot = await source.slot()
    const start = await confirmed(source, slot)
    await using reading = await read(source, { slot, statusMilliseconds: 100 })
    await insert(source, 1, 5)
    const commits = commitsOf(await reading.untilNow())
    await heard(source, slot, 3)
    expect(await confirmed(source, slot)).toBe(start)
    for (const { position } of [commits[1], commits[3]] as { position: Position }[]) {
      reading.stream.acknowledge(position)
      await vi.waitFor(async () => expect(await confirmed(source, slot)).toBe(position), patience)
      await heard(source, slot, 2)
      expect(await confirmed(source, slot)).toBe(position)
    }
    reading.stream.acknowledge(commits[0]?.position ?? '')
    await heard(source, slot, 2)
    expect(await confirmed(source, slot)).toBe(commits[3]?.position)
  })

  test('R1 what was never given cannot be acknowledged', async () => {
    await using source = await items()
    await using reading = await read(source, { slot: await source.slot() })
    await insert(source, 1, 1)
    const [commit] = commitsOf(await reading.untilNow())
    const { rows } = await source.host.query('select (pg_current_wal_lsn() + 10000000)::text as lsn')
    expect(() => reading.stream.acknowledge(positionOfLsn(rows[0].lsn))).toThrow(
      /was acknowledged, and only what is up to/,
    )
    reading.stream.acknowledge(commit?.position ?? '')
  })

  test('R2 a database in which nothing happens holds no log: what others write is found idle, and acknowledged', async () => {
    await using source = await items()
    await using busy = await makeSourceDatabase(cluster.primary)
    const slot = await source.slot()
    await using reading = await read(source, { slot })
    const { rows } = await busy.host
      .query(
        `create table filler as select repeat('x', 1000) from generate_series(1, 2000); select pg_current_wal_lsn()::text as lsn`,
      )
      .then((results) => (results as unknown as { rows: { lsn: string }[] }[])[1] as { rows: { lsn: string }[] })
    const written = positionOfLsn(rows[0]?.lsn ?? '')
    const events = await reading.until((event) => event.type === 'idle' && event.position >= written)
    expect(events.every(({ type }) => type === 'idle')).toBe(true)
    const idle = events.at(-1) as { position: Position }
    reading.stream.acknowledge(idle.position)
    await vi.waitFor(async () => expect(await confirmed(source, slot)).toBe(idle.position), patience)
  })

  test('R3 positions only rise, whether of transactions or of idle moments', async () => {
    await using source = await items()
    await using reading = await read(source, { slot: await source.slot() })
    const seen: Position[] = []
    for (let round = 0; round < 5; round++) {
      await insert(source, round * 10, round * 10 + 9)
      await source.host.query(`create table unpublished_${round} (id integer)`)
      for (const event of await reading.until((event) => event.type === 'idle')) {
        if (event.type !== 'commit' && event.type !== 'idle') continue
        seen.push(event.position)
        reading.stream.acknowledge(event.position)
      }
    }
    expect(seen).toEqual([...new Set(seen)].sort())
  })

  test('R3 after a restart every transaction after what is durable comes once, wherever the slot is', async () => {
    await using source = await items()
    const slot = await source.slot()
    const positions: Position[] = []
    {
      await using reading = await read(source, { slot })
      await insert(source, 1, 6)
      positions.push(...commitsOf(await reading.untilNow()).map(({ position }) => position))
    }
    for (const durable of [0, 3, 5]) {
      await using reading = await read(source, { slot, after: positions[durable] as Position })
      expect(ids(await reading.untilNow())).toEqual([1, 2, 3, 4, 5, 6].slice(durable + 1))
    }
    // The status that a stream begins with says what is durable.
    expect(await confirmed(source, slot)).toBe(positions[5])
  })

  test('R2 a slot past what is durable is a gap, and is said to be one', async () => {
    await using source = await items()
    const slot = await source.slot()
    let positions: Position[] = []
    {
      await using reading = await read(source, { slot })
      await insert(source, 1, 4)
      positions = commitsOf(await reading.untilNow()).map(({ position }) => position)
      reading.stream.acknowledge(positions[2] as Position)
      await vi.waitFor(async () => expect(await confirmed(source, slot)).toBe(positions[2]), patience)
    }
    const open = (position: Position) =>
      openChanges({
        connection: source.settings,
        slot,
        publications: ['millrace'],
        reached: async () => ({ position }),
      })
    expect(await open(positions[1] as Position)).toEqual({
      outcome: 'rebuild',
      reason: 'slot-ahead',
      detail: `the slot was acknowledged up to ${lsnOf(positions[2] as Position)}, past ${lsnOf(positions[1] as Position)}, which is durable`,
    })
    const fine = await open(positions[2] as Position)
    expect(fine.outcome).toBe('open')
    if (fine.outcome === 'open') await fine.stream.close()
  })

  test('one worker reads at a time: others are told to wait, and take over without a gap or a change twice', async () => {
    await using source = await items()
    const slot = await source.slot()
    let durable = firstPosition
    const folded: number[] = []
    const waits: number[] = []
    const last = 60
    const done = new AbortController()
    const work = async (): Promise<void> => {
      while (folded.length < last) {
        const opening = await openChanges({
          connection: source.settings,
          slot,
          publications: ['millrace'],
          reached: async () => ({ position: durable }),
          signal: done.signal,
        })
        if (opening.outcome === 'in-use') {
          waits.push(opening.activePid ?? 0)
          continue
        }
        if (opening.outcome === 'rebuild') throw new Error(opening.detail)
        await using stream = opening.stream
        let pending: number[] = []
        let transactions = 0
        lists: for await (const events of stream)
          for (const event of events) {
            if (event.type === 'insert') pending.push(Number(event.after.text(0)))
            if (event.type !== 'commit' && event.type !== 'idle') continue
            durable = event.position
            folded.push(...pending)
            pending = []
            stream.acknowledge(event.position)
            if (folded.length >= last) done.abort()
            if (++transactions > 7) break lists
          }
      }
    }
    const workers = [work(), work(), work()].map((working) =>
      working.catch((error) => {
        if (!done.signal.aborted) throw error
      }),
    )
    await Promise.all([insert(source, 1, last), ...workers])
    expect(folded).toEqual(Array.from({ length: last }, (_, index) => index + 1))
    expect(waits.length).toBeGreaterThan(0)
  })

  test('R9 a reader that does not take is not broken off, and reads no further ahead than it may', async () => {
    await using source = await items()
    const slot = await source.slot()
    await using reading = await read(source, { slot, readAheadBytes: 1024 * 1024 })
    const [count, bytes] = [400, 160_000]
    for (let id = 1; id <= count; id++)
      await source.host.query('insert into item values ($1, $2)', [id, randomBytes(bytes / 2).toString('hex')])
    const sender = (await inspectSlot(source.host, slot))?.activePid
    // Three times wal_sender_timeout.
    await heard(source, slot, 6)
    expect((await inspectSlot(source.host, slot))?.activePid).toBe(sender)
    const { rows } = await source.host.query(
      'select pg_wal_lsn_diff(pg_current_wal_lsn(), sent_lsn)::float8 as unsent from pg_stat_replication where pid = $1',
      [sender],
    )
    // What was read ahead, and what the kernel holds on its way.
    expect(rows[0].unsent).toBeGreaterThan(count * bytes * 0.75)
    expect(ids(await reading.untilNow())).toHaveLength(count)
  })

  test('R9 a server that shuts down does not wait for a store that is down', async () => {
    const own = await startCluster({ version, standby: false })
    try {
      await using source = await makeSourceDatabase(own.primary)
      await source.host.query('create table item (id integer primary key); create publication millrace for table item')
      const slot = await source.slot()
      await using reading = await read(source, { slot, readAheadBytes: 1 })
      for (let id = 0; id < 20_000; id += 1000)
        await source.host.query('insert into item select generate_series($1::integer, $1 + 999)', [id])
      const stopping = performance.now()
      await own.primary.stop('fast')
      expect(performance.now() - stopping).toBeLessThan(15_000)
      await expect(
        (async () => {
          for (;;) await reading.next()
        })(),
      ).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' })
      await own.primary.start()
      await using again = await read(source, { slot })
      expect(again.stream.server.timeline).toBe(1)
    } finally {
      await own.close()
    }
  })

  test('R14 a reader that takes nothing for long leaves by itself, and what it had read can still be taken', async () => {
    await using source = await items()
    const slot = await source.slot()
    await using reading = await read(source, { slot, readAheadBytes: 200_000, stallMilliseconds: 1_500 })
    await source.host.query('insert into item select generate_series(1, 100000)')
    await vi.waitFor(
      async () => expect(await inspectSlot(source.host, slot)).toMatchObject({ activePid: undefined }),
      patience,
    )
    const taken: number[] = []
    const drain = (async () => {
      for (;;) taken.push(...ids(await reading.next()))
    })()
    await expect(drain).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' })
    expect(taken).toEqual(Array.from(taken, (_, index) => index + 1))
    expect(taken.length).toBeGreaterThan(0)
    expect(taken.length).toBeLessThan(100_000)
  })

  test('a stream ends with its signal, and its slot is free then', async () => {
    await using source = await items()
    const slot = await source.slot()
    const stopping = new AbortController()
    const reading = await read(source, { slot, signal: stopping.signal })
    await insert(source, 1, 2)
    await reading.untilNow()
    stopping.abort()
    await reading.stream.close()
    expect(await inspectSlot(source.host, slot)).toMatchObject({ activePid: undefined })
    const open = openChanges({
      connection: source.settings,
      slot,
      publications: ['millrace'],
      reached: async () => ({ position: firstPosition }),
      signal: stopping.signal,
    })
    await expect(open).rejects.toThrow('aborted')
  })

  test('what the store throws when it is asked how far it is comes through, and the slot is let go', async () => {
    await using source = await items()
    const slot = await source.slot()
    const failure = new RangeError('the store is down')
    const opening = openChanges({
      connection: source.settings,
      slot,
      publications: ['millrace'],
      reached: () => Promise.reject(failure),
    })
    await expect(opening).rejects.toBe(failure)
    expect(await inspectSlot(source.host, slot)).toMatchObject({ activePid: undefined })
  })

  test('a connection that is broken off is an error that passes, and the stream goes on where it was', async () => {
    await using source = await items()
    const slot = await source.slot()
    let durable = firstPosition
    const reading = await read(source, { slot })
    await insert(source, 1, 3)
    for (const { position } of commitsOf(await reading.untilNow())) durable = position
    await source.host.query('select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = $1', [
      slot,
    ])
    await expect(
      (async () => {
        for (;;) await reading.next()
      })(),
    ).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', retryAfter: 2 })
    await insert(source, 4, 5)
    await vi.waitFor(
      async () => expect(await inspectSlot(source.host, slot)).toMatchObject({ activePid: undefined }),
      patience,
    )
    await using again = await read(source, { slot, after: durable })
    expect(ids(await again.untilNow())).toEqual([4, 5])
  })
})
