import { setMaxListeners } from 'node:events'
import { MillraceError } from '../errors.ts'
import type { Freshness } from '../report/engine.ts'
import type { AnalyticsSecret } from '../secret/analytics-secret.ts'
import { boundedExchange } from './bounded-exchange.ts'
import { Connections, type Lease } from './connections.ts'
import { ExchangeFailure } from './exchange.ts'
import { createFairness } from './fairness.ts'
import { freshnessReading, unknownFreshness } from './freshness.ts'
import { PositionHistory } from './position-history.ts'
import { PrimaryProbe } from './primary-probe.ts'
import type { Replica, ReplicaAnswer, ReplicaOptions, ReplicaRequest } from './replica.ts'
import type { ExchangeEvent } from './replica-observer.ts'
import { begin, rollback } from './scope.ts'
import { ScopedFailure, scopedExchange } from './scoped-exchange.ts'
import { faultOf, isConnectionLost } from './sqlstate.ts'
import { verifyTarget } from './verify-target.ts'

/**
 * What broke so soon was a connection that had died in the pool, or was ended by a hand, and is asked again, once. What ran
 * for longer is not: it may be what brought the server down.
 */
const retryWithinMilliseconds = 1_000

/** Opens nothing yet; see `Replica.start`. Throws CONFIG_INVALID. */
export function createReplica(options: ReplicaOptions): Replica {
  const { secret, allowlist, observer, rowLimit = 10_000 } = options
  const { connectTimeoutMilliseconds = 3_000, probeEveryMilliseconds = 1_000 } = options
  const bounds = { statementTimeoutMilliseconds: 15_000, parallelWorkers: 0, ...options.bounds }
  const limits = { total: 8, perTenant: 3, queue: 100, ...options.fairness }
  const fairness = createFairness(limits)
  // Beside the places of the reports one for `freshness`, so that a busy replica does not look like a dead one.
  const connections = new Connections(secret, { size: limits.total + 1, connectTimeoutMilliseconds })
  const { replica, primary } = secret.current()
  const history = replica.target === 'standby' && primary !== undefined ? new PositionHistory() : undefined
  const probe =
    history &&
    new PrimaryProbe(secret, history, { connectTimeoutMilliseconds, everyMilliseconds: probeEveryMilliseconds })
  const reading = freshnessReading(replica.target, history, replica.heartbeat)
  const scoping = { bounds, graceMilliseconds: connectTimeoutMilliseconds, target: replica.target, reading }
  const limitsOfProof = {
    connectTimeoutMilliseconds,
    silenceMilliseconds: bounds.statementTimeoutMilliseconds + connectTimeoutMilliseconds,
  }
  const proofs = new WeakMap<AnalyticsSecret, Promise<readonly string[]>>()
  let latest: Freshness = unknownFreshness
  let asking: Promise<Freshness> | undefined
  let closed = false

  /** Proves the target once for each set of credentials, since another role may have other privileges. */
  function prove({ client, secret: opened }: Lease): Promise<readonly string[]> {
    const known = proofs.get(opened)
    if (known !== undefined) return known
    const proof = verifyTarget(client, opened, limitsOfProof)
    proofs.set(opened, proof)
    proof.catch(() => proofs.delete(opened))
    return proof
  }

  async function attempt(request: ReplicaRequest): Promise<ReplicaAnswer> {
    const { tenancy, application, signal } = request
    const lease = await connections.take()
    try {
      await prove(lease).catch(refuseTarget)
      const tenant = requireTenant(request.tenant)
      const statements = request.statements.map((statement) => ({ rowLimit, ...statement }))
      const answer = await scopedExchange(
        lease.client,
        { tenant, tenancy, application, statements, ...scoping },
        signal,
      )
      lease.release()
      return answer
    } catch (error) {
      if (error instanceof ScopedFailure && error.connection === 'clean') lease.release()
      else if (isLost(error)) lease.lost()
      else lease.destroy()
      throw error
    }
  }

  /** T2. The connection is untouched where the tenant is refused. */
  function requireTenant(id: string) {
    try {
      return allowlist.require(id)
    } catch (error) {
      throw new ScopedFailure(error, 'clean')
    }
  }

  async function attemptTwice(request: ReplicaRequest): Promise<ReplicaAnswer> {
    const since = performance.now()
    try {
      return await attempt(request)
    } catch (error) {
      if (!isLost(error) || request.signal.aborted || performance.now() - since > retryWithinMilliseconds) throw error
      return await attempt(request)
    }
  }

  async function run(request: ReplicaRequest): Promise<ReplicaAnswer> {
    const { tenant, application, signal } = request
    // Many reports of one page may wait for one signal, which is no leak.
    setMaxListeners(0, signal)
    const since = performance.now()
    let [queuedMilliseconds, milliseconds] = [0, 0]
    let outcome: ExchangeEvent['outcome'] = 'answered'
    try {
      if (closed) throw new MillraceError('REPLICA_UNAVAILABLE', 'the replica was closed', { retryAfter: 2 })
      allowlist.require(tenant)
      const release = await fairness.acquire(tenant, signal)
      queuedMilliseconds = performance.now() - since
      try {
        const answer = await attemptTwice(request)
        latest = { asOf: answer.asOf, lagSeconds: answer.lagSeconds }
        return answer
      } finally {
        release()
        milliseconds = performance.now() - since - queuedMilliseconds
      }
    } catch (error) {
      if (signal.aborted) {
        outcome = 'aborted'
        throw signal.reason
      }
      const fault = faultOf(innermost(error))
      outcome = fault.code
      throw fault
    } finally {
      tell({ application, queuedMilliseconds, milliseconds, outcome })
    }
  }

  function tell(event: ExchangeEvent): void {
    try {
      observer?.exchanged?.(event)
    } catch {
      // What a host does with a figure must not decide what a reader gets.
    }
  }

  async function ask(): Promise<Freshness> {
    const lease = await connections.take()
    try {
      await prove(lease).catch(refuseTarget)
      const columns = { text: `select ${['1', ...reading.columns].join(', ')}`, values: [] }
      const never = new AbortController().signal
      const outcomes = await boundedExchange(lease.client, [begin, columns, rollback], {
        signal: never,
        silenceMilliseconds: connectTimeoutMilliseconds,
      })
      lease.release()
      return reading.freshness(outcomes[1]?.rows[0]?.slice(1) ?? [])
    } catch (error) {
      if (isLost(error)) lease.lost()
      else lease.destroy()
      throw faultOf(innermost(error))
    }
  }

  function freshness(): Promise<Freshness> {
    asking ??= ask()
      .then((found) => {
        latest = found
        return found
      })
      .finally(() => {
        asking = undefined
      })
    return asking
  }

  return {
    async start() {
      const lease = await connections.take()
      try {
        const [warnings] = await Promise.all([prove(lease), probe?.start()])
        lease.release()
        return warnings
      } catch (error) {
        lease.destroy()
        throw faultOf(innermost(error))
      }
    },
    run,
    freshness,
    ready: async () => {
      await freshness()
    },
    statistics: () => ({ ...fairness.counts(), connections: connections.counts(), lagSeconds: latest.lagSeconds }),
    async close() {
      closed = true
      await Promise.all([connections.close(), probe?.close()])
    },
  }
}

const isLost = (error: unknown): boolean => isConnectionLost(innermost(error))

/** What the server, the driver or the allowlist has said, out of what says where. */
function innermost(error: unknown): unknown {
  if (error instanceof ScopedFailure) return error.fault
  return error instanceof ExchangeFailure ? error.cause : error
}

/** A request has no use for an error of the boot: for its reader there is no replica. */
function refuseTarget(error: unknown): never {
  if (!(error instanceof MillraceError) || error.code !== 'TARGET_REFUSED') throw error
  throw new MillraceError('REPLICA_UNAVAILABLE', 'the target is not what the secret declares', {
    cause: error,
    retryAfter: 10,
  })
}
