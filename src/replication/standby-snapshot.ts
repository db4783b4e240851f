import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { MillraceError } from '../errors.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import { connect } from './client.ts'
import { firstPosition, lsnOf, type Position, positionOfLsn } from './position.ts'
import { type Snapshot, snapshotOf } from './snapshot.ts'
import { codeOf, withoutData } from './source-fault.ts'

export interface StandbySnapshotOptions {
  /** Waits until the standby shows everything up to here. */
  readonly atLeast?: Position
  /** Milliseconds for all of it. 30,000. */
  readonly patienceMilliseconds?: number
  readonly signal?: AbortSignal
}

/** Replay may have to finish first what waits for a report; to wait for it holds it up the more, so that it is given up soon. */
const pauseSeconds = 1

/** SQLSTATEs of our own: replay is paused by somebody else; it did not come to a halt. */
const [pausedAlready, notPaused] = ['MR001', 'MR002']
/** What a standby ends a statement with that stands in the way of replay. */
const conflicts = ['40001', '40P01', '57014']

/** One at a time on a standby, whatever the process: who resumes must not do it under another. The number is any. */
const lock = 7_209_170_531

/**
 * All in one message: the server runs it to its end, also where this process dies meanwhile, and so never stays paused. The
 * snapshot is taken by the first statement of the second transaction, while nothing is replayed.
 */
const snapshotText = `
select pg_advisory_lock(${lock});
do $$
declare
  deadline constant timestamptz := clock_timestamp() + interval '${pauseSeconds} s';
begin
  if pg_get_wal_replay_pause_state() <> 'not paused' then
    raise exception 'replay is paused already' using errcode = '${pausedAlready}';
  end if;
  perform pg_wal_replay_pause();
  while pg_get_wal_replay_pause_state() <> 'paused' loop
    if clock_timestamp() > deadline then
      raise exception 'replay did not pause' using errcode = '${notPaused}';
    end if;
    perform pg_sleep(0.001);
  end loop;
exception
  when sqlstate '${pausedAlready}' then
    raise;
  when query_canceled or others then
    perform pg_wal_replay_resume();
    raise;
end $$;
commit;
begin isolation level repeatable read read only;
select pg_last_wal_replay_lsn()::text as position, pg_get_wal_replay_pause_state() as state;
select pg_wal_replay_resume();
select pg_advisory_unlock(${lock})`

/**
 * R4: a snapshot of a standby whose position is known exactly. Replay is paused for some milliseconds, and resumed whatever
 * happens. The role must be granted EXECUTE on `pg_wal_replay_pause` and `pg_wal_replay_resume`.
 *
 * Throws REPLICA_UNAVAILABLE: also where somebody else keeps replay paused, or it falls behind `atLeast` for too long.
 */
export async function openStandbySnapshot(
  standby: ConnectionSettings,
  options: StandbySnapshotOptions = {},
): Promise<Snapshot> {
  const { patienceMilliseconds = 30_000, signal } = options
  const deadline = performance.now() + patienceMilliseconds
  for (;;) {
    signal?.throwIfAborted()
    try {
      const snapshot = await attempt(standby, options.atLeast ?? firstPosition, deadline, signal)
      if (snapshot !== undefined) return snapshot
    } catch (error) {
      if (signal?.aborted) throw error
      const code = codeOf(error)
      // Where the connection ended it is not known how far the message came.
      if (code !== pausedAlready) await resume(standby).catch(() => {})
      const mayPass = [pausedAlready, notPaused, ...conflicts].includes(code ?? '')
      if (!mayPass || performance.now() > deadline) throw faultOf(error)
    }
    await delay(50, undefined, { signal })
  }
}

/** Undefined where somebody else resumed replay meanwhile, so that the position is not sure. */
async function attempt(
  standby: ConnectionSettings,
  atLeast: Position,
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<Snapshot | undefined> {
  const client = await connect(standby)
  try {
    await replayed(client, atLeast, deadline, signal)
    const results = (await client.query(snapshotText)) as unknown as pg.QueryResult<{
      position?: string
      state?: string
    }>[]
    const [taken] = results.flatMap(({ rows }) => rows.filter(({ position }) => position !== undefined))
    if (taken?.state === 'paused') return snapshotOf(client, positionOfLsn(taken.position ?? ''))
    await client.end()
    return undefined
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

/** Each question is a statement of its own: one that waited would hold up the replay that it waits for. */
async function replayed(client: pg.Client, position: Position, deadline: number, signal?: AbortSignal): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ reached: boolean | null }>(
      'select pg_last_wal_replay_lsn() >= $1::pg_lsn as reached',
      [lsnOf(position)],
    )
    if (rows[0]?.reached) return
    if (performance.now() > deadline)
      throw new MillraceError('REPLICA_UNAVAILABLE', `the standby does not come to ${lsnOf(position)}`, {
        retryAfter: 5,
      })
    await delay(5, undefined, { signal })
  }
}

async function resume(standby: ConnectionSettings): Promise<void> {
  const client = await connect(standby)
  try {
    await client.query(`select pg_advisory_lock(${lock})`)
    await client.query(`select pg_wal_replay_resume() where pg_get_wal_replay_pause_state() <> 'not paused'`)
  } finally {
    await client.end().catch(() => {})
  }
}

function faultOf(error: unknown): MillraceError {
  if (error instanceof MillraceError) return error
  return new MillraceError('REPLICA_UNAVAILABLE', describe(codeOf(error)), { cause: withoutData(error), retryAfter: 5 })
}

function describe(code: string | undefined): string {
  switch (code) {
    case pausedAlready:
      return 'somebody else keeps the replay of the standby paused'
    case notPaused:
      return 'the replay of the standby does not pause: a long report may hold it up'
    case '42501':
      return 'the role may not pause the replay of the standby: grant execute on function pg_wal_replay_pause(), pg_wal_replay_resume() to it on the primary'
    case '55000':
      return 'the server is no standby: it was promoted, or never was one'
    default:
      return 'the standby cannot be asked for a snapshot'
  }
}
