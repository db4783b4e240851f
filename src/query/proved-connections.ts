import { MillraceError } from '../errors.ts'
import type { AnalyticsSecret } from '../secret/analytics-secret.ts'
import type { Connections, Lease } from './connections.ts'
import { innermost, isLost } from './scoped-failure.ts'
import { faultOf } from './sqlstate.ts'
import { type VerifyLimits, verifyTarget } from './verify-target.ts'

/**
 * Connections to a target that is proved to be what the secret declares: once for each set of credentials, since another
 * role may have other privileges. A proof that failed is made anew with the next connection.
 */
export class ProvedConnections {
  readonly #connections: Connections
  readonly #limits: VerifyLimits
  readonly #proofs = new WeakMap<AnalyticsSecret, Promise<readonly string[]>>()

  constructor(connections: Connections, limits: VerifyLimits) {
    this.#connections = connections
    this.#limits = limits
  }

  /** Rejects with REPLICA_UNAVAILABLE, also where the target is refused: a request has no use for an error of the boot. */
  async take(): Promise<Lease> {
    const lease = await this.#connections.take()
    try {
      await this.#prove(lease)
      return lease
    } catch (error) {
      putAway(lease, error)
      if (!(error instanceof MillraceError) || error.code !== 'TARGET_REFUSED') throw error
      throw new MillraceError('REPLICA_UNAVAILABLE', 'the target is not what the secret declares', {
        cause: error,
        retryAfter: 10,
      })
    }
  }

  /** The warnings of the proof. Rejects with TARGET_REFUSED or REPLICA_UNAVAILABLE. */
  async warnings(): Promise<readonly string[]> {
    const lease = await this.#connections.take()
    try {
      const warnings = await this.#prove(lease)
      lease.release()
      return warnings
    } catch (error) {
      putAway(lease, error)
      throw faultOf(innermost(error))
    }
  }

  #prove({ client, secret }: Lease): Promise<readonly string[]> {
    const known = this.#proofs.get(secret)
    if (known !== undefined) return known
    const proof = verifyTarget(client, secret, this.#limits)
    this.#proofs.set(secret, proof)
    proof.catch(() => this.#proofs.delete(secret))
    return proof
  }
}

/** Ends a connection after an error that may have left something on it. */
export function putAway(lease: Lease, error: unknown): void {
  if (isLost(error)) lease.lost()
  else lease.destroy()
}
