import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { read } from '../../test/replication/reading.ts'
import { makeSourceDatabase, type SourceDatabase } from '../../test/replication/source-database.ts'
import { type Cluster, startCluster } from '../embedded/cluster.ts'
import { openChanges } from './open-changes.ts'
import { firstPosition, type Position } from './position.ts'
import { createSlot, dropSlot, inspectSlot, listSlots } from './slot.ts'
import { newSlotName } from './slot-name.ts'

const patience = { timeout: 30_000, interval: 20 }

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  beforeAll(async () => {
    const settings = { max_slot_wal_keep_size: '48MB', max_wal_size: '32MB', min_wal_size: '32MB' }
    cluster = await startCluster({ version, standby: false, settings })
  })
  afterAll(() => cluster?.close())

  async function items(): Promise<SourceDatabase> {
    const source = await makeSourceDatabase(cluster.primary)
    await source.host.query('create table item (id integer primary key); create publication millrace for table item')
    return source
  }
  const open = ({ settings }: SourceDatabase, slot: string, position: Position = firstPosition) =>
    openChanges({ connection: settings, slot, publications: ['millrace'], reached: async () => ({ position }) })
  /** Each round fills a segment of the log and begins the next. */
  const fill = async ({ host }: SourceDatabase, rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      await host.query(`select pg_logical_emit_message(false, 'filler', repeat('x', 15000000))`)
      await host.query('select pg_switch_wal()')
    }
    await host.query('checkpoint')
  }

  test('a new slot has a name of its own, and says what it holds', async () => {
    await using source = await items()
    const [name, other] = [newSlotName(), newSlotName()]
    expect(name).toMatch(/^millrace_[0-9a-f]{12}$/)
    expect(other).not.toBe(name)
    const created = await createSlot(source.settings, name)
    expect(created).toMatchObject({ name, survivesFailover: version >= 17 })
    expect(await inspectSlot(source.host, name)).toMatchObject({
      plugin: 'pgoutput',
      database: source.settings.database,
      activePid: undefined,
      confirmed: created.position,
      walStatus: 'reserved',
      invalidation: undefined,
    })
    expect((await listSlots(source.host)).map((slot) => slot.name)).toEqual([name])
    const opening = await open(source, name)
    expect(await dropSlot(source.host, name)).toBe('in-use')
    if (opening.outcome === 'open') await opening.stream.close()
    expect(await dropSlot(source.host, name)).toBe('dropped')
    expect(await dropSlot(source.host, name)).toBe('absent')
    expect(await inspectSlot(source.host, name)).toBeUndefined()
  })

  test('a slot begins where its stream does: no transaction before it, and all after', async () => {
    await using source = await items()
    await source.host.query('insert into item values (1)')
    const name = newSlotName('test')
    const { position } = await createSlot(source.settings, name)
    await source.host.query('insert into item values (2)')
    await using reading = await read(source, { slot: name, after: position })
    const events = await reading.untilNow()
    expect(events.flatMap((event) => (event.type === 'insert' ? [event.after.text(0)] : []))).toEqual(['2'])
    await reading.stream.close()
    await dropSlot(source.host, name)
  })

  test('a slot in the making waits for whoever writes, and can be broken off', async () => {
    await using source = await items()
    await source.host.query('begin; insert into item values (1)')
    const observer = await source.connect()
    const name = newSlotName('test')
    const stopping = new AbortController()
    const waiting = createSlot(source.settings, name, stopping.signal)
    waiting.catch(() => {})
    await vi.waitFor(async () => expect(await inspectSlot(observer, name)).toBeDefined(), patience)
    stopping.abort()
    await expect(waiting).rejects.toThrow('aborted')
    await vi.waitFor(async () => expect(await inspectSlot(observer, name)).toBeUndefined(), patience)
    const again = createSlot(source.settings, name)
    await source.host.query('commit')
    expect(await again).toMatchObject({ name })
    expect(await dropSlot(observer, name)).toBe('dropped')
  })

  test('R10 that a slot will be lost is seen before it is, and that it is lost means a rebuild', async () => {
    await using source = await items()
    const name = await source.slot()
    await fill(source, 2)
    const kept = await inspectSlot(source.host, name)
    expect(kept?.retainedBytes).toBeGreaterThan(25_000_000)
    expect(kept?.safeBytes).toBeLessThan(48 * 1024 * 1024)
    await fill(source, 3)
    expect(await inspectSlot(source.host, name)).toMatchObject({ walStatus: 'lost' })
    expect(await open(source, name)).toMatchObject({ outcome: 'rebuild', reason: 'slot-lost' })
    expect(await dropSlot(source.host, name)).toBe('dropped')
  })

  test('R10 R14 a slot is lost while nobody takes its changes: the checkpoint of the host does not wait, and a rebuild is due', async () => {
    await using source = await items()
    const name = await source.slot()
    await using reading = await read(source, { slot: name, readAheadBytes: 1 })
    await source.host.query('insert into item select generate_series(1, 200000)')
    const began = performance.now()
    await fill(source, 6)
    expect(performance.now() - began).toBeLessThan(20_000)
    const reason = (async () => {
      for (;;) await reading.next()
    })()
    await expect(reason).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' })
    await vi.waitFor(
      async () => expect(await open(source, name)).toMatchObject({ outcome: 'rebuild', reason: 'slot-lost' }),
      patience,
    )
  })

  test('R10 a slot that somebody dropped, or that is of something else, means a rebuild', async () => {
    await using source = await items()
    expect(await open(source, newSlotName())).toMatchObject({ outcome: 'rebuild', reason: 'slot-missing' })
    await using other = await items()
    const name = await other.slot()
    expect(await open(source, name)).toMatchObject({ outcome: 'rebuild', reason: 'slot-missing' })
  })

  test('a publication that is gone means a rebuild, and so does one that was made anew after changes', async () => {
    await using source = await items()
    const name = await source.slot()
    await source.host.query('insert into item values (1)')
    await source.host.query('drop publication millrace')
    expect(await open(source, name)).toMatchObject({ outcome: 'rebuild', reason: 'publication-missing' })
    await source.host.query('insert into item values (2)')
    await source.host.query('create publication millrace for table item')
    await source.host.query('insert into item values (3)')
    const opening = await open(source, name)
    if (opening.outcome !== 'open') throw new Error(opening.outcome)
    const seen: (string | null)[] = []
    lists: for await (const events of opening.stream)
      for (const event of events) {
        if (event.type === 'rebuild') seen.push(event.reason)
        if (event.type === 'insert') seen.push(event.after.text(0))
        if (seen.includes('3')) break lists
      }
    // From 18 on the server leaves out what it cannot decode: only the state of the publication tells (R8).
    expect(seen).toEqual(version < 18 ? ['1', 'publication-missing'] : ['1', '3'])
  })
})
