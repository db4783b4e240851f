import { setTimeout as delay } from 'node:timers/promises'
import type { Connection } from '../../src/embedded/connection.ts'
import { query } from '../../src/embedded/database.ts'
import { parsePosition } from '../../src/report/position.ts'
import type { ReportStore } from '../../src/store/report-store.ts'

/** Where the primary's log ends; whatever has been committed is before it. */
export async function primaryPosition(primary: Connection): Promise<string> {
  const [row] = await query<{ lsn: string }>(primary, 'select pg_current_wal_flush_lsn()::text as lsn')
  return parsePosition(row?.lsn ?? '') ?? ''
}

/** Waits until the store holds everything up to a position, or for ten seconds; not for a store that cannot be reached. */
export async function storeReached(store: Pick<ReportStore, 'progress'>, position: string): Promise<void> {
  for (const until = performance.now() + 10_000; performance.now() < until; await delay(5)) {
    const progress = await store.progress('main').catch(() => undefined)
    if (progress === undefined || progress.position >= position) return
  }
}
