import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Connection } from '../../src/embedded/connection.ts'
import { query } from '../../src/embedded/database.ts'
import type { HaltingPoint } from './halting-points.ts'

const locks: Partial<Record<HaltingPoint, string>> = {
  'at its fence': 'select from reporting.streams for update',
  'among its counters': 'lock table reporting.counters in share mode',
}

/** Holds up the next write of the store at a point, does something once one stands there, and lets it go on. */
export async function haltPostgres(store: Connection, point: HaltingPoint, work: () => Promise<void>): Promise<void> {
  const lock = locks[point]
  const own = new pg.Client(store)
  await own.connect()
  try {
    await own.query('begin')
    if (lock !== undefined) await own.query(lock)
    else await waitForStandby(store, 'nobody')
    await until(store, lock === undefined ? `wait_event = 'SyncRep'` : `wait_event_type = 'Lock'`)
    await work()
  } finally {
    await own.query('rollback')
    await own.end()
    if (lock === undefined) await waitForStandby(store, '')
  }
}

/** A commit is on disk, and told only once this standby has it too. */
async function waitForStandby(store: Connection, name: string): Promise<void> {
  await query(store, `alter system set synchronous_standby_names = '${name}'`)
  await query(store, 'select pg_reload_conf()')
}

async function until(store: Connection, condition: string): Promise<void> {
  const deadline = performance.now() + 60_000
  const halted = `select from pg_stat_activity where datname = current_database() and ${condition}`
  while ((await query(store, halted)).length === 0) {
    if (performance.now() > deadline) throw new Error('no write of the store was held up')
    await delay(5)
  }
}
