import type pg from 'pg'
import { MillraceError } from '../errors.ts'
import type { Freshness } from '../report/engine.ts'
import { type Position, parsePosition } from '../report/position.ts'
import type { TargetKind } from '../secret/analytics-secret.ts'
import type { Tenant } from '../tenancy/tenant.ts'
import { boundedExchange } from './bounded-exchange.ts'
import { ExchangeFailure, type ExchangeStatement, type Outcome } from './exchange.ts'
import { type FreshnessReading, positionColumns } from './freshness.ts'
import { rollBack } from './roll-back.ts'
import { type Bounds, begin, rollback, scopeStatement, type Tenancy } from './scope.ts'
import { ScopedFailure } from './scoped-failure.ts'
import { isConnectionLost, statementFaultOf } from './sqlstate.ts'
import type { Statement } from './statement.ts'

export interface ScopedExchange {
  readonly tenant: Tenant
  readonly tenancy: Tenancy
  readonly application: string
  readonly statements: readonly ExchangeStatement[]
  readonly bounds: Bounds
  /** Milliseconds that the transport may take beyond the time limits of the statements. */
  readonly graceMilliseconds: number
  readonly target: TargetKind
  readonly reading: FreshnessReading
}

export interface ScopedAnswer extends Freshness {
  /** Up to it the statements saw everything. Null: the target has no such order. */
  readonly position: Position | null
  readonly outcomes: readonly Outcome[]
  readonly milliseconds: number
}

/** `begin` and the scope come before the statements. */
const firstStatement = 2

/**
 * A standby that was promoted becomes the transactional database under the feet of its readers. Before anything is read,
 * the scope fails there, by asking for a setting whose name says why.
 */
const standbyGuard =
  "case when pg_catalog.pg_is_in_recovery() then '' else pg_catalog.current_setting('millrace.target_is_no_longer_a_standby') end"

/** Statements in one tenant's scope. Rejects with a ScopedFailure. */
export async function scopedExchange(
  client: pg.Client,
  exchange: ScopedExchange,
  signal: AbortSignal,
): Promise<ScopedAnswer> {
  const { statements, bounds, graceMilliseconds, reading } = exchange
  const scope = scopeOf(exchange)
  const limit = bounds.statementTimeoutMilliseconds
  const silenceMilliseconds = limit * statements.length + graceMilliseconds
  const since = performance.now()
  let outcomes: readonly Outcome[]
  try {
    const all = [begin, scope, ...statements, rollback]
    outcomes = await boundedExchange(client, all, { signal, silenceMilliseconds })
  } catch (error) {
    if (!(error instanceof ExchangeFailure))
      throw new ScopedFailure(error, isConnectionLost(error) ? 'lost' : 'unusable')
    const { cause, outcomes: before } = error
    if (isConnectionLost(cause)) throw new ScopedFailure(cause, 'lost')
    if (before.length < firstStatement) throw new ScopedFailure(scopeFault(cause, limit), 'unusable')
    const fault = statementFaultOf(cause, performance.now() - since, limit)
    // A connection costs 20 ms, so that one on which only a statement failed is kept.
    const isClean = before.slice(firstStatement).every(isQuestion) && (await rollBack(client, graceMilliseconds))
    throw new ScopedFailure(fault, isClean ? 'clean' : 'unusable')
  }
  const milliseconds = performance.now() - since
  const [scoped, answers] = [outcomes[1], outcomes.slice(firstStatement, -1)]
  if (!answers.every(isQuestion)) throw new ScopedFailure(noQuestion(), 'unusable')
  const row = scoped?.rows[0] ?? []
  const tells = row.length - reading.columns.length
  const position = positionColumns(exchange.target).length === 0 ? null : positionIn(row[tells - 1])
  return { ...reading.freshness(row.slice(tells)), position, outcomes: answers, milliseconds }
}

/**
 * Whether a statement only asked. One that ends the transaction, as `commit` does, takes the scope from those after it: no
 * answer of such an exchange is given. A statement that has more rows than its limit is not let finish; only one with rows
 * can be that.
 */
function isQuestion({ command, complete }: Outcome): boolean {
  return ['SELECT', 'EXPLAIN', 'SHOW'].includes(command) || !complete
}

export const positionIn = (lsn: string | null | undefined): Position | null =>
  lsn == null ? null : (parsePosition(lsn) ?? null)

const noQuestion = () => new MillraceError('INTERNAL', 'a statement of the report is no SELECT')

function scopeOf({ tenant, tenancy, application, bounds, target, reading }: ScopedExchange): Statement {
  const guard = target === 'standby' ? [standbyGuard] : []
  try {
    return scopeStatement(tenant, tenancy, application, bounds, [
      ...guard,
      ...positionColumns(target),
      ...reading.columns,
    ])
  } catch (error) {
    throw new ScopedFailure(error, 'clean')
  }
}

function scopeFault(cause: unknown, limit: number): MillraceError {
  if ((cause as { code?: unknown } | null)?.code !== '42704') return statementFaultOf(cause, 0, limit)
  return new MillraceError('REPLICA_UNAVAILABLE', 'the target is no longer a standby, which the secret declares', {
    retryAfter: 10,
  })
}
