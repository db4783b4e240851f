import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { StandaloneServer } from '../../src/embedded/cluster.ts'
import { query } from '../../src/embedded/database.ts'

/** Where a write of the store is held up. */
export const haltingPoints = ['at its fence', 'among its counters', 'committed, and not told'] as const
export type HaltingPoint = (typeof haltingPoints)[number]

const locks: Partial<Record<HaltingPoint, string>> = {
  'at its fence': 'select from reporting.streams for update',
  'among its counters': 'lock table reporting.counters in share mode',
}

/** Holds up the next write of the store at a point, does something once one stands there, and lets it go on. */
export async function whileHalted(
  server: StandaloneServer,
  store: pg.ClientConfig,
  point: HaltingPoint,
  work: () => Promise<void>,
): Promise<void> {
  const lock = locks[point]
  const own = new pg.Client(store)
  await own.connect()
  try {
    await own.query('begin')
    if (lock !== undefined) await own.query(lock)
    else await waitForStandby(server, 'nobody')
    await until(server, store, lock === undefined ? `wait_event = 'SyncRep'` : `wait_event_type = 'Lock'`)
    await work()
  } finally {
    await own.query('rollback')
    await own.end()
    if (lock === undefined) await waitForStandby(server, '')
  }
}

/** A commit is on disk, and told only once this standby has it too. */
async function waitForStandby({ connection }: StandaloneServer, name: string): Promise<void> {
  await query(connection, `alter system set synchronous_standby_names = '${name}'`)
  await query(connection, 'select pg_reload_conf()')
}

async function until(
  { connection }: StandaloneServer,
  { database }: pg.ClientConfig,
  condition: string,
): Promise<void> {
  const deadline = performance.now() + 60_000
  while (
    (await query(connection, `select from pg_stat_activity where datname = $1 and ${condition}`, [database])).length ===
    0
  ) {
    if (performance.now() > deadline) throw new Error('no write of the store was held up')
    await delay(5)
  }
}
