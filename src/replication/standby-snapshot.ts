import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { MillraceError } from '../errors.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import { connect } from './client.ts'
import { firstPosition, lsnOf, type Position, positionOfLsn } from './position.ts'
import { type Snapshot, snapshotOf } from './snapshot.ts'
import { codeOf, isAbort, withoutData } from './source-fault.ts'

export interface StandbySnapshotOptions {
  /** Waits until the standby shows everything up to here. */
  readonly atLeast?: Position
  /** Milliseconds for all of it. 30,000. */
  readonly patienceMilliseconds?: number
  readonly signal?: AbortSignal
}

interface Until {
  readonly deadline: number
  readonly signal: AbortSignal | undefined
}

/** SQLSTATE of our own: replay is paused by somebody else. */
const pausedAlready = 'MR001'
/** What a standby ends a statement with that stands in the way of replay. */
const conflicts = ['40001', '40P01', '57014']

/** One at a time on a standby, whatever the process: who resumes must not do it under another. The number is any. */
const lock = 7_209_170_531

/**
 * Milliseconds between two looks at whether replay has come to a halt. Each look is a transaction of its own: one that lasted could
 * hold up the very record that replay has to finish first.
 */
const looks = [1, 1, 2, 2, 4, 4, 8, 8, 16, 16, 32, 32, 64, 64, 128]

const resumingOnFailure = (statements: string): string => `
do $$ begin ${statements}
exception
  when sqlstate '${pausedAlready}' then raise;
  when query_canceled or others then perform pg_wal_replay_resume(); raise;
end $$;
commit;`

/**
 * A server that finds its client gone breaks off what it runs. It finds out when it sends something, which a warning makes it do
 * at once, or when it is told to look.
 */
const unnoticedText = 'set client_min_messages = error; set client_connection_check_interval = 0'

/**
 * All in one message, whose answers are sent at its end: the server runs it through, also where this process dies meanwhile, and so
 * never stays paused. The snapshot is taken by the first statement of the last transaction, while nothing is replayed.
 */
const snapshotText = `
${resumingOnFailure(`
  if pg_get_wal_replay_pause_state() <> 'not paused' then
    raise exception 'replay is paused already' using errcode = '${pausedAlready}';
  end if;
  perform pg_wal_replay_pause();`)}
${looks
  .map((milliseconds) => {
    const wait = `perform pg_sleep(${milliseconds / 1000}) where pg_get_wal_replay_pause_state() <> 'paused';`
    return resumingOnFailure(wait)
  })
  .join('')}
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
      const snapshot = await attempt(standby, options.atLeast ?? firstPosition, { deadline, signal })
      if (snapshot !== undefined) return snapshot
      if (performance.now() > deadline) throw unavailable('the replay of the standby does not pause')
    } catch (error) {
      if (isAbort(error)) throw error
      const mayPass = [pausedAlready, ...conflicts].includes(codeOf(error) ?? '')
      if (!mayPass || performance.now() > deadline) throw faultOf(error)
    }
    await delay(20, undefined, { signal })
  }
}

/** Undefined where replay did not halt, or somebody else resumed it meanwhile, so that the position is not sure. */
async function attempt(standby: ConnectionSettings, atLeast: Position, until: Until): Promise<Snapshot | undefined> {
  const client = await connect(standby)
  let mayBePaused = false
  try {
    await replayed(client, atLeast, until)
    await locked(client, until)
    await client.query(unnoticedText)
    mayBePaused = true
    const results = (await client.query(snapshotText)) as unknown as pg.QueryResult<PausedRead>[]
    const taken = results.flatMap(({ rows }) => rows).find(({ position }) => position !== undefined)
    if (taken?.state === 'paused') return snapshotOf(client, positionOfLsn(taken.position))
    await client.end()
    return undefined
  } catch (error) {
    await client.end().catch(() => {})
    // How far the message came is not known where the connection ended.
    if (mayBePaused && codeOf(error) !== pausedAlready) await resume(standby).catch(() => {})
    throw error
  }
}

interface PausedRead {
  readonly position: string
  readonly state: string
}

async function replayed(client: pg.Client, position: Position, until: Until): Promise<void> {
  const reached = 'select pg_last_wal_replay_lsn() >= $1::pg_lsn as holds'
  if (await holds(client, reached, lsnOf(position), until)) return
  throw unavailable(`the standby does not come to ${lsnOf(position)}`)
}

async function locked(client: pg.Client, until: Until): Promise<void> {
  if (await holds(client, 'select pg_try_advisory_lock($1) as holds', lock, until)) return
  throw unavailable('others take snapshots of the standby all the time')
}

/** Each question is a statement of its own: one that waited on the server would hold up the replay that it waits for. */
async function holds(
  client: pg.Client,
  question: string,
  value: unknown,
  { deadline, signal }: Until,
): Promise<boolean> {
  for (;;) {
    const { rows } = await client.query<{ holds: boolean | null }>(question, [value])
    if (rows[0]?.holds) return true
    if (performance.now() > deadline) return false
    await delay(5, undefined, { signal })
  }
}

async function resume(standby: ConnectionSettings): Promise<void> {
  const client = await connect(standby)
  try {
    await locked(client, { deadline: performance.now() + 5_000, signal: undefined })
    await client.query(`select pg_wal_replay_resume() where pg_get_wal_replay_pause_state() <> 'not paused'`)
  } finally {
    await client.end().catch(() => {})
  }
}

function faultOf(error: unknown): MillraceError {
  if (error instanceof MillraceError) return error
  return unavailable(describe(codeOf(error)), error)
}

const unavailable = (detail: string, cause?: unknown): MillraceError =>
  new MillraceError('REPLICA_UNAVAILABLE', detail, {
    retryAfter: 5,
    ...(cause !== undefined && { cause: withoutData(cause) }),
  })

function describe(code: string | undefined): string {
  switch (code) {
    case pausedAlready:
      return 'somebody else keeps the replay of the standby paused'
    case '42501':
      return 'the role may not pause the replay of the standby: grant execute on function pg_wal_replay_pause(), pg_wal_replay_resume() to it on the primary'
    case '55000':
      return 'the server is no standby: it was promoted, or never was one'
    default:
      return 'the standby cannot be asked for a snapshot'
  }
}
