import type pg from 'pg'
import type { Position } from './position.ts'
import { positionOfLsn } from './position.ts'

/** A logical replication slot as the server has it. */
export interface Slot {
  readonly name: string
  readonly plugin: string
  readonly database: string
  /** Whose connection reads it now. */
  readonly activePid: number | undefined
  /** What was acknowledged: the server gives nothing at or before it any more. */
  readonly confirmed: Position
  /**
   * `reserved`: the log that it needs is there. `extended`: it keeps more than `max_wal_size`. `unreserved`: its log may go
   * at the next checkpoint. `lost`: it is gone, and with it the slot (R10).
   */
  readonly walStatus: 'reserved' | 'extended' | 'unreserved' | 'lost'
  /** Bytes of log that are kept for it. */
  readonly retainedBytes: number
  /** Bytes of log that may still be written before it may be lost; undefined where there is no limit: the disk is. */
  readonly safeBytes: number | undefined
  /** Why it can be read no more; undefined where it can. */
  readonly invalidation: string | undefined
}

interface SlotRow {
  readonly slot_name: string
  readonly plugin: string
  readonly database: string
  readonly active_pid: number | null
  readonly confirmed: string | null
  readonly wal_status: Slot['walStatus'] | null
  readonly retained: string | null
  readonly safe: string | null
  readonly invalidation: string | null
}

/** Columns that came with a version are read out of the row as JSON, so that one statement serves all. */
const slotText = `
select slot_name, plugin, database, active_pid, confirmed_flush_lsn::text as confirmed, wal_status,
  pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::text as retained, safe_wal_size::text as safe,
  coalesce(to_jsonb(s) ->> 'invalidation_reason',
    case when (to_jsonb(s) ->> 'conflicting')::boolean then 'conflicting' end) as invalidation
from pg_replication_slots s where slot_type = 'logical' and slot_name = $1`

/** The slot of that name on a primary; undefined where there is none. */
export async function inspectSlot(client: pg.Client, name: string): Promise<Slot | undefined> {
  const [row] = (await client.query<SlotRow>(slotText, [name])).rows
  if (row === undefined) return undefined
  const number = (text: string | null) => (text === null ? undefined : Number(text))
  return {
    name: row.slot_name,
    plugin: row.plugin,
    database: row.database,
    activePid: row.active_pid ?? undefined,
    confirmed: positionOfLsn(row.confirmed ?? '0/0'),
    walStatus: row.wal_status ?? 'lost',
    retainedBytes: number(row.retained) ?? 0,
    safeBytes: number(row.safe),
    invalidation: row.invalidation ?? undefined,
  }
}

export interface CreatedSlot {
  readonly name: string
  /** Transactions after it are in the stream; those at or before it are not. */
  readonly position: Position
  /** Whether the server hands it on to a standby that takes over (PostgreSQL 17 and later). */
  readonly survivesFailover: boolean
}

/**
 * Makes a slot. It waits for every transaction that then runs, in any database of the server, to end; an aborted `signal`
 * breaks that off. The publication must be there before: a change from before cannot be decoded.
 */
export async function createSlot(client: pg.Client, name: string, signal?: AbortSignal): Promise<CreatedSlot> {
  const { rows } = await client.query<{ version: number; pid: number }>(
    `select current_setting('server_version_num')::integer as version, pg_backend_pid() as pid`,
  )
  const survivesFailover = (rows[0]?.version ?? 0) >= 170_000
  const failover = survivesFailover ? ', failover => true' : ''
  const created = await client.query<{ lsn: string }>(
    `select lsn::text from pg_create_logical_replication_slot($1, 'pgoutput', false, false${failover})`,
    [name],
  )
  void signal
  return { name, position: positionOfLsn(created.rows[0]?.lsn ?? ''), survivesFailover }
}
