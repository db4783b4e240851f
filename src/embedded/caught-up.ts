import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { MillraceError } from '../errors.ts'
import { query } from './database.ts'
import type { Server } from './server.ts'

/**
 * Waits until the standby shows every transaction that the primary has committed so far (with `synchronous_commit = off`: has
 * written so far). Throws EMBEDDED_UNAVAILABLE after 30 s.
 *
 * Each question to the standby is a statement of its own: one that waited there would hold a snapshot, and a snapshot can
 * hold up the replay that it waits for.
 */
export async function caughtUp(primary: Server, standby: Server): Promise<void> {
  const client = new pg.Client(standby.connection)
  client.on('error', () => {})
  try {
    const [written] = await Promise.all([
      query<{ position: string }>(primary.connection, 'select pg_current_wal_lsn()::text as position'),
      client.connect(),
    ])
    const position = written[0]?.position
    const deadline = Date.now() + 30_000
    for (;;) {
      const { rows } = await client.query<{ replayed: string; reached: boolean }>(
        `select pg_last_wal_replay_lsn()::text as replayed, pg_last_wal_replay_lsn() >= $1::pg_lsn as reached`,
        [position],
      )
      if (rows[0]?.reached) return
      if (Date.now() > deadline)
        throw new MillraceError(
          'EMBEDDED_UNAVAILABLE',
          `the primary is at ${position}, and after 30 s the standby has replayed up to ${rows[0]?.replayed} only`,
        )
      await delay(1)
    }
  } finally {
    await client.end()
  }
}
