import pg from 'pg'
import type { AnalyticsSecret } from '../secret/analytics-secret.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import { isCredentialRefusal, type RotatingSecret } from '../secret/rotation.ts'
import { tlsOptions } from '../secret/tls-options.ts'
import { connectFaultOf } from './sqlstate.ts'

export interface ConnectionLimits {
  /** Connections at most. */
  readonly size: number
  /** Milliseconds after which a server that does not answer counts as unreachable. */
  readonly connectTimeoutMilliseconds: number
}

export interface ConnectionCounts {
  readonly total: number
  readonly idle: number
  readonly waiting: number
}

/** A connection for one exchange. Exactly one of the two must be called. */
export interface Lease {
  readonly client: pg.Client
  /** By whose credentials it was opened. */
  readonly secret: AnalyticsSecret
  /** Back for others: only where nothing remains on it. */
  release(): void
  destroy(): void
  /** Destroys the connection, and with it all that were opened as long ago: what broke one has mostly broken them all. */
  lost(): void
}

/** What `pg` needs to reach a server. Idle connections are probed by TCP, so that one that died is found before it is used. */
export function clientConfig(settings: ConnectionSettings, connectTimeoutMilliseconds: number): pg.ClientConfig {
  const { host, port, user, database, password } = settings
  return {
    host,
    port,
    user,
    database,
    password: () => password.reveal(),
    ssl: tlsOptions(settings),
    connectionTimeoutMillis: connectTimeoutMilliseconds,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'millrace',
  }
}

interface Generation {
  readonly pool: pg.Pool
  readonly secret: AnalyticsSecret
}

/** How long a server that did not even answer is left alone. */
const restMilliseconds = 1_000

/** The connections to the replica, by the credentials that the secret has now. */
export class Connections {
  readonly #secret: RotatingSecret
  readonly #limits: ConnectionLimits
  #generation: Generation
  readonly #retiring = new Set<Promise<void>>()
  #closed = false
  #unreachable: { readonly until: number; readonly error: unknown } | undefined

  constructor(secret: RotatingSecret, limits: ConnectionLimits) {
    this.#secret = secret
    this.#limits = limits
    this.#generation = this.#open()
  }

  /**
   * A connection. Rejects with REPLICA_UNAVAILABLE. Credentials that the server refuses are read again once; where they
   * were rotated, it is tried once more with the new ones.
   */
  async take(): Promise<Lease> {
    if (this.#unreachable !== undefined && performance.now() < this.#unreachable.until)
      throw connectFaultOf(this.#unreachable.error)
    const generation = this.#current()
    const since = performance.now()
    try {
      return await this.#lease(generation)
    } catch (error) {
      try {
        if (mayBeRotated(error) && (await this.#secret.refresh(generation.secret)))
          return await this.#lease(this.#current())
      } catch (again) {
        throw connectFaultOf(again)
      }
      if (performance.now() - since >= this.#limits.connectTimeoutMilliseconds - 1)
        this.#unreachable = { until: performance.now() + restMilliseconds, error }
      throw connectFaultOf(error)
    }
  }

  counts(): ConnectionCounts {
    const { totalCount, idleCount, waitingCount } = this.#generation.pool
    return { total: totalCount, idle: idleCount, waiting: waitingCount }
  }

  /** Ends when all that were taken are back. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await Promise.all([this.#generation.pool.end(), ...this.#retiring])
  }

  async #lease(generation: Generation): Promise<Lease> {
    const client = (await generation.pool.connect()) as pg.PoolClient & pg.Client
    this.#unreachable = undefined
    return {
      client,
      secret: generation.secret,
      release: () => client.release(),
      destroy: () => client.release(true),
      lost: () => {
        client.release(true)
        if (generation === this.#generation) this.#renew()
      },
    }
  }

  #current(): Generation {
    if (this.#generation.secret !== this.#secret.current()) this.#renew()
    return this.#generation
  }

  #renew(): void {
    if (this.#closed) return
    const former = this.#generation
    this.#generation = this.#open()
    const retired = former.pool.end().finally(() => this.#retiring.delete(retired))
    this.#retiring.add(retired)
  }

  #open(): Generation {
    const secret = this.#secret.current()
    const { size, connectTimeoutMilliseconds } = this.#limits
    const pool = new pg.Pool({
      ...clientConfig(secret.replica, connectTimeoutMilliseconds),
      max: size,
      idleTimeoutMillis: 60_000,
      // A name that comes to mean another server is followed within the hour.
      maxLifetimeSeconds: 3_600,
    })
    pool.on('error', () => {})
    // The pool listens to a client only while it is idle, and an error that nobody listens to ends the process: it can come
    // in one packet with the greeting of the server. Whoever uses the client hears of it by what it asked.
    pool.on('connect', (client) => client.on('error', () => {}))
    return { pool, secret }
  }
}

/** PgBouncer says 08P01 where PostgreSQL says 28P01. */
function mayBeRotated(error: unknown): boolean {
  return isCredentialRefusal(error) || (error as { code?: unknown } | null)?.code === '08P01'
}
