import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { type Position, positionOfLsn } from './position.ts'

const [shortestWait, longestWait] = [5, 500]

/**
 * Waits until every transaction that runs now, in any database of the server, has ended. Rows that one of them has written to a
 * table before it joined a publication are not in the stream; those of whichever begins later are. From the position that is
 * returned on, the changes are complete.
 */
export async function settled(client: pg.Client, signal?: AbortSignal): Promise<Position> {
  const [now] = (await client.query<{ next: string }>(`select pg_snapshot_xmax(pg_current_snapshot())::text as next`))
    .rows
  for (let wait = shortestWait; ; wait = Math.min(wait * 2, longestWait)) {
    const { rows } = await client.query<{ position: string; ended: boolean }>(
      `select pg_snapshot_xmin(pg_current_snapshot()) >= $1::xid8 as ended, pg_current_wal_insert_lsn()::text as position`,
      [now?.next],
    )
    if (rows[0]?.ended) return positionOfLsn(rows[0].position)
    await delay(wait, undefined, { signal })
  }
}
