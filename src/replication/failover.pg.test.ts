import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { commitsOf, read } from '../../test/replication/reading.ts'
import { settingsOf } from '../../test/replication/source-database.ts'
import { type Cluster, startCluster } from '../embedded/cluster.ts'
import { query } from '../embedded/database.ts'
import type { Reached } from './continuity.ts'
import { openChanges } from './open-changes.ts'
import type { Position } from './position.ts'
import { createSlot } from './slot.ts'

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  beforeEach(async () => {
    cluster = await startCluster({ version })
    await query(cluster.primary.connection, 'create table item (id integer primary key)')
    await query(cluster.primary.connection, 'create publication millrace for table item')
  })
  afterEach(() => cluster?.close())

  const insert = (on: 'primary' | 'standby', id: number) =>
    query(cluster[on].connection, 'insert into item values ($1)', [id])

  /** Reads on the primary what was inserted, and says how far that is. */
  async function fold(slot: string, ids: readonly number[], after?: Position): Promise<Reached> {
    const { connection } = cluster.primary
    const host = new pg.Client(connection)
    await host.connect()
    try {
      await using reading = await read({ settings: settingsOf(connection), host } as Parameters<typeof read>[0], {
        slot,
        ...(after !== undefined && { after }),
      })
      for (const id of ids) await insert('primary', id)
      const position = commitsOf(await reading.untilNow()).at(-1)?.position ?? ''
      reading.stream.acknowledge(position)
      return { position, server: reading.stream.server }
    } finally {
      await host.end()
    }
  }

  const open = (slot: string, reached: Reached) =>
    openChanges({
      connection: settingsOf(cluster.standby.connection),
      slot,
      publications: ['millrace'],
      reached: async () => reached,
    })

  async function takeOver(): Promise<void> {
    await cluster.primary.stop('immediate')
    await query(cluster.standby.connection, 'select pg_promote(true, 60)')
  }

  /**
   * Has the standby keep the slot in step; returns how far was read until it did. The standby can take a slot over once that needs
   * no more than the standby still has, so the slot must move on meanwhile.
   */
  async function keepInStep(slot: string, since: Reached): Promise<Reached> {
    const { host, port, user, password } = cluster.primary.connection
    const place = `host=${host} port=${port} user=${user} password=${password} application_name=standby dbname=postgres`
    const { connection } = cluster.standby
    await query(connection, `alter system set primary_conninfo = '${place}'`)
    await query(connection, 'alter system set hot_standby_feedback = on')
    await query(connection, 'alter system set sync_replication_slots = on')
    await query(connection, 'select pg_reload_conf()')
    let reached = since
    await vi.waitFor(
      async () => {
        await query(cluster.primary.connection, 'select pg_log_standby_snapshot()')
        reached = await fold(slot, [], reached.position)
        const kept = 'select from pg_replication_slots where slot_name = $1 and synced and not temporary'
        expect(await query(connection, kept, [slot])).toHaveLength(1)
      },
      { timeout: 50_000, interval: 100 },
    )
    return reached
  }

  test('R10 without its slot on the new primary everything is built anew', async () => {
    const { name } = await createSlot(settingsOf(cluster.primary.connection), 'millrace_left')
    const reached = await fold(name, [1, 2])
    await cluster.caughtUp()
    await takeOver()
    expect(await open(name, reached)).toMatchObject({ outcome: 'rebuild', reason: 'slot-missing' })
  })

  test('R10 what the new primary never had is a timeline that diverged, whatever slot is there', async () => {
    const { name } = await createSlot(settingsOf(cluster.primary.connection), 'millrace_ahead')
    await cluster.standby.stop('fast')
    const reached = await fold(name, [1, 2, 3])
    await cluster.primary.stop('immediate')
    await cluster.standby.start()
    await query(cluster.standby.connection, 'select pg_promote(true, 60)')
    await createSlot(settingsOf(cluster.standby.connection), name)
    for (let id = 11; id < 20; id++) await insert('standby', id)
    expect(await open(name, reached)).toMatchObject({ outcome: 'rebuild', reason: 'timeline-diverged' })
  })

  test.runIf(version >= 17)(
    'R10 a slot that the standby keeps in step goes on after a failover, with nothing lost or twice',
    async () => {
      const { name, survivesFailover } = await createSlot(settingsOf(cluster.primary.connection), 'millrace_kept')
      expect(survivesFailover).toBe(true)
      const reached = await keepInStep(name, await fold(name, [1, 2]))
      await insert('primary', 3)
      await cluster.caughtUp()
      await takeOver()
      await insert('standby', 4)
      const opening = await open(name, reached)
      if (opening.outcome !== 'open') throw new Error(JSON.stringify(opening))
      expect(opening.stream.server).toEqual({ ...reached.server, timeline: 2 })
      const ids: (string | null)[] = []
      lists: for await (const events of opening.stream)
        for (const event of events) {
          if (event.type === 'insert') ids.push(event.after.text(0))
          if (ids.includes('4')) break lists
        }
      expect(ids).toEqual(['3', '4'])
    },
  )

  test.runIf(version >= 17)(
    'R10 a slot that the standby keeps in step does not hide that changes were read which it never had',
    async () => {
      const { name } = await createSlot(settingsOf(cluster.primary.connection), 'millrace_early')
      const { position } = await keepInStep(name, await fold(name, [1]))
      await cluster.standby.stop('fast')
      const reached = await fold(name, [2, 3], position)
      await cluster.primary.stop('immediate')
      await cluster.standby.start()
      await query(cluster.standby.connection, 'select pg_promote(true, 60)')
      for (let id = 11; id < 20; id++) await insert('standby', id)
      expect(await open(name, reached)).toMatchObject({ outcome: 'rebuild', reason: 'timeline-diverged' })
    },
  )
})
