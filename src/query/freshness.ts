import type { Freshness } from '../report/engine.ts'
import { instantOf } from '../report/value.ts'
import type { HeartbeatSettings, TargetKind } from '../secret/analytics-secret.ts'
import type { PositionHistory } from './position-history.ts'
import { quoteIdentifier } from './statement.ts'

/** How an exchange learns how current its answer is: what it reads before its statements, and what that means. */
export interface FreshnessReading {
  /** Expressions of the scope statement. */
  readonly columns: readonly string[]
  /** What their values say. Never from the clock of this process, whose time may be wrong. */
  freshness(values: readonly (string | null)[]): Freshness
}

/** The expression that says up to where of the log a statement after it sees everything; none on a target that has no such log. */
export function positionColumns(target: TargetKind): readonly string[] {
  if (target === 'standby') return ['pg_catalog.pg_last_wal_replay_lsn()::text']
  return target === 'primary' ? ['pg_catalog.pg_current_wal_lsn()::text'] : []
}

export const unknownFreshness: Freshness = Object.freeze({ asOf: null, lagSeconds: null })

const microseconds = (instant: string) => `((extract(epoch from ${instant}) * 1000000)::bigint)::text`
const clock = microseconds('pg_catalog.clock_timestamp()')

/**
 * The reading of a target. On the transactional database itself the answer is of its own clock. On a standby whose primary
 * can be asked it is of the commit order; elsewhere of the heartbeat, where there is one.
 */
export function freshnessReading(
  target: TargetKind,
  history: PositionHistory | undefined,
  heartbeat: HeartbeatSettings | undefined,
): FreshnessReading {
  if (target === 'primary')
    return { columns: [clock], freshness: ([at]) => ({ asOf: at == null ? null : instantOf(at), lagSeconds: 0 }) }
  if (target === 'standby' && history !== undefined)
    return {
      columns: ['pg_catalog.pg_last_wal_replay_lsn()::text'],
      freshness: ([position]) => (position == null ? unknownFreshness : history.freshness(position)),
    }
  if (heartbeat !== undefined)
    return { columns: [heartbeatColumn(heartbeat), clock], freshness: ([beat, now]) => sinceBeat(beat, now) }
  return { columns: [], freshness: () => unknownFreshness }
}

/** The newest beat. Whoever sees it sees every transaction that was committed before it was written. */
export function heartbeatColumn({ schema, table, column }: HeartbeatSettings): string {
  const [relation, name] = [`${quoteIdentifier(schema)}.${quoteIdentifier(table)}`, quoteIdentifier(column)]
  return `(select ${microseconds(`max(${name})`)} from ${relation})`
}

function sinceBeat(beat: string | null | undefined, now: string | null | undefined): Freshness {
  if (beat == null || now == null) return unknownFreshness
  return { asOf: instantOf(beat), lagSeconds: Math.max(0, Number(BigInt(now) - BigInt(beat)) / 1e6) }
}
