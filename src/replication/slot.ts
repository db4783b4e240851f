import type pg from 'pg'
import type { ConnectionSettings } from '../secret/connection.ts'
import { breakable } from './breakable.ts'
import { withClient } from './client.ts'
import { type Position, positionOfLsn } from './position.ts'
import { serverVersion } from './server-version.ts'
import { codeOf } from './source-fault.ts'

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
from pg_replication_slots s where slot_type = 'logical'`

/** SQLSTATEs. */
const [undefinedObject, objectInUse] = ['42704', '55006']

/** The slot of that name on a primary; undefined where there is none. */
export async function inspectSlot(client: pg.Client, name: string): Promise<Slot | undefined> {
  const [row] = (await client.query<SlotRow>(`${slotText} and slot_name = $1`, [name])).rows
  return row && slotOf(row)
}

function slotOf(row: SlotRow): Slot {
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

/** The slots whose names begin with a prefix: also those of earlier incarnations, which keep log for nobody. */
export async function listSlots(client: pg.Client, prefix = 'millrace'): Promise<Slot[]> {
  const { rows } = await client.query<SlotRow>(`${slotText} and starts_with(slot_name, $1)`, [`${prefix}_`])
  return rows.map(slotOf)
}

export interface CreatedSlot {
  readonly name: string
  /** The stream gives the transactions after it, and none at or before it. */
  readonly position: Position
  /** Whether the server hands it on to a standby that takes over (PostgreSQL 17 and later). */
  readonly survivesFailover: boolean
}

/**
 * Makes a slot. It waits for every transaction that then runs, in any database of the server, to end, until `signal` is aborted.
 * The publications must be there before: what changed earlier could not be decoded. Throws SOURCE_UNAVAILABLE.
 */
export function createSlot(settings: ConnectionSettings, name: string, signal?: AbortSignal): Promise<CreatedSlot> {
  return withClient(settings, async (client) => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const survivesFailover = (await serverVersion(client)) >= 170_000
    const failover = survivesFailover ? ', failover => true' : ''
    const created = await breakable(settings, rows[0]?.pid ?? 0, signal, () =>
      client.query<{ lsn: string }>(
        `select lsn::text from pg_create_logical_replication_slot($1, 'pgoutput', false, false${failover})`,
        [name],
      ),
    )
    return { name, position: positionOfLsn(created.rows[0]?.lsn ?? ''), survivesFailover }
  })
}

/** `in-use`: a worker reads it, which must end first. */
export async function dropSlot(client: pg.Client, name: string): Promise<'dropped' | 'absent' | 'in-use'> {
  try {
    await client.query('select pg_drop_replication_slot($1)', [name])
    return 'dropped'
  } catch (error) {
    const code = codeOf(error)
    if (code === undefinedObject) return 'absent'
    if (code === objectInUse) return 'in-use'
    throw error
  }
}
