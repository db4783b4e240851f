import { setMaxListeners } from 'node:events'
import { MillraceError } from '../errors.ts'
import type { Freshness } from '../report/engine.ts'
import { lsnOf } from '../report/position.ts'
import { askFreshness } from './ask-freshness.ts'
import { Connections } from './connections.ts'
import { createFairness } from './fairness.ts'
import { freshnessReading, unknownFreshness } from './freshness.ts'
import { PositionHistory } from './position-history.ts'
import { PrimaryProbe } from './primary-probe.ts'
import { ProvedConnections } from './proved-connections.ts'
import type { Replica, ReplicaAnswer, ReplicaFreshness, ReplicaOptions, ReplicaRequest } from './replica.ts'
import type { ExchangeEvent } from './replica-observer.ts'
import { runRequest } from './run-request.ts'
import { innermost } from './scoped-failure.ts'
import { faultOf } from './sqlstate.ts'

/** Opens nothing yet; see `Replica.start`. Throws CONFIG_INVALID. */
export function createReplica(options: ReplicaOptions): Replica {
  const { secret, allowlist, observer, rowLimit = 10_000 } = options
  const { connectTimeoutMilliseconds = 3_000, probeEveryMilliseconds = 1_000 } = options
  const bounds = { statementTimeoutMilliseconds: 15_000, parallelWorkers: 0, ...options.bounds }
  const limits = { total: 8, perTenant: 3, queue: 100, ...options.fairness }
  const fairness = createFairness(limits)
  // Beside the places of the reports one for `start` and one for `freshness`: a busy replica must not look like a dead one.
  const open = new Connections(secret, { size: limits.total + 2, connectTimeoutMilliseconds })
  const silenceMilliseconds = bounds.statementTimeoutMilliseconds + connectTimeoutMilliseconds
  const connections = new ProvedConnections(open, { connectTimeoutMilliseconds, silenceMilliseconds })
  const { replica, primary } = secret.current()
  const { target, heartbeat } = replica
  const history = target === 'standby' && primary !== undefined ? new PositionHistory() : undefined
  const everyMilliseconds = probeEveryMilliseconds
  const probe = history && new PrimaryProbe(secret, history, { connectTimeoutMilliseconds, everyMilliseconds })
  const reading = freshnessReading(target, history, heartbeat)
  const graceMilliseconds = connectTimeoutMilliseconds
  const running = { connections, allowlist, rowLimit, bounds, graceMilliseconds, target, reading }
  let latest: Freshness = unknownFreshness
  let asking: Promise<ReplicaFreshness> | undefined
  let closed = false

  async function run(request: ReplicaRequest): Promise<ReplicaAnswer> {
    const { tenant, application, signal } = request
    // Many reports of one page may wait for one signal, which is no leak.
    setMaxListeners(0, signal)
    const since = performance.now()
    let placedAt: number | undefined
    let outcome: ExchangeEvent['outcome'] = 'answered'
    try {
      if (closed) throw new MillraceError('REPLICA_UNAVAILABLE', 'the replica was closed', { retryAfter: 2 })
      // T2: asked again with the connection in hand; who is unknown does not even queue.
      allowlist.require(tenant)
      const release = await fairness.acquire(tenant, signal)
      placedAt = performance.now()
      try {
        probe?.start()
        const answer = await runRequest(running, request)
        latest = { asOf: answer.asOf, lagSeconds: answer.lagSeconds }
        return answer
      } finally {
        release()
      }
    } catch (error) {
      const fault = signal.aborted ? undefined : faultOf(innermost(error))
      outcome = fault?.code ?? 'aborted'
      throw fault ?? signal.reason
    } finally {
      const now = performance.now()
      const [queuedMilliseconds, milliseconds] = [(placedAt ?? now) - since, now - (placedAt ?? now)]
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

  function freshness(): Promise<ReplicaFreshness> {
    probe?.start()
    asking ??= askFreshness(connections, target, reading, connectTimeoutMilliseconds)
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
      const [warnings] = await Promise.all([connections.warnings(), probe?.start()])
      return warnings
    },
    run,
    freshness,
    freshnessAt(position) {
      void probe?.start()
      return history?.freshness(lsnOf(position)) ?? unknownFreshness
    },
    ready: async () => {
      await freshness()
    },
    statistics: () => ({ ...fairness.counts(), connections: open.counts(), lagSeconds: latest.lagSeconds }),
    async close() {
      closed = true
      await Promise.all([open.close(), probe?.close()])
    },
  }
}
