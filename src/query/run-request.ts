import type { Allowlist } from '../tenancy/allowlist.ts'
import { type ProvedConnections, putAway } from './proved-connections.ts'
import type { ReplicaAnswer, ReplicaRequest } from './replica.ts'
import { type ScopedExchange, scopedExchange } from './scoped-exchange.ts'
import { isLost, ScopedFailure } from './scoped-failure.ts'

/** What every request has in common. */
export interface Running extends Pick<ScopedExchange, 'bounds' | 'graceMilliseconds' | 'target' | 'reading'> {
  readonly connections: ProvedConnections
  readonly allowlist: Allowlist
  /** Rows of a statement that names no limit of its own. */
  readonly rowLimit: number
}

/**
 * What broke so soon was a connection that had died in the pool, or was ended by a hand: it is asked again, once, since
 * reading twice is reading once. What ran for longer is not asked again: it may be what brought the server down.
 */
const retryWithinMilliseconds = 1_000

/** Runs a request that has its place. Rejects with a ScopedFailure, an error of ours, or what the server or driver says. */
export async function runRequest(running: Running, request: ReplicaRequest): Promise<ReplicaAnswer> {
  const since = performance.now()
  try {
    return await attempt(running, request)
  } catch (error) {
    if (!isLost(error) || request.signal.aborted || performance.now() - since > retryWithinMilliseconds) throw error
    return await attempt(running, request)
  }
}

async function attempt(running: Running, request: ReplicaRequest): Promise<ReplicaAnswer> {
  const { connections, allowlist, rowLimit, ...scoping } = running
  const { tenant, signal, ...asked } = request
  const lease = await connections.take()
  try {
    const statements = request.statements.map((statement) => ({ rowLimit, ...statement }))
    const answer = await scopedExchange(
      lease.client,
      { ...scoping, ...asked, tenant: untouched(() => allowlist.require(tenant)), statements },
      untouched(() => stillAsked(signal)),
    )
    lease.release()
    return answer
  } catch (error) {
    if (error instanceof ScopedFailure && error.connection === 'clean') lease.release()
    else putAway(lease, error)
    throw error
  }
}

/** T2: with the connection in hand and before anything is sent, so that who left the allowlist meanwhile reaches nothing. */
function untouched<Value>(check: () => Value): Value {
  try {
    return check()
  } catch (error) {
    throw new ScopedFailure(error, 'clean')
  }
}

function stillAsked(signal: AbortSignal): AbortSignal {
  signal.throwIfAborted()
  return signal
}
