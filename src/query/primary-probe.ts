import pg from 'pg'
import type { AnalyticsSecret } from '../secret/analytics-secret.ts'
import { isCredentialRefusal, type RotatingSecret } from '../secret/rotation.ts'
import { clientConfig } from './connections.ts'
import type { PositionHistory } from './position-history.ts'

export interface PrimaryProbeOptions {
  /** Milliseconds between the end of one question and the next. */
  readonly everyMilliseconds: number
  readonly connectTimeoutMilliseconds: number
}

/** The time first: what was committed by then lies up to the position that is read after it. */
const question = `select ((extract(epoch from pg_catalog.clock_timestamp()) * 1000000)::bigint)::text as at,
  pg_catalog.pg_current_wal_lsn()::text as position`

/**
 * Asks the transactional database each second where its log stands, over one connection: the one question that Millrace's
 * serving part ever puts to it. Where it cannot be asked nothing fails, and the lag that answers state grows.
 */
export class PrimaryProbe {
  readonly #secret: RotatingSecret
  readonly #history: PositionHistory
  readonly #options: PrimaryProbeOptions
  #client: pg.Client | undefined
  #timer: NodeJS.Timeout | undefined
  #first: Promise<void> | undefined
  #asking: Promise<void> | undefined
  #closed = false

  constructor(secret: RotatingSecret, history: PositionHistory, options: PrimaryProbeOptions) {
    this.#secret = secret
    this.#history = history
    this.#options = options
  }

  /** Begins to ask, unless it has. Ends when the primary has been asked for the first time, or could not be. */
  start(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    this.#first ??= this.#askOnAndOn()
    return this.#first
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#asking
    await this.#leave()
  }

  #askOnAndOn(): Promise<void> {
    this.#asking = this.#ask().finally(() => {
      if (this.#closed) return
      this.#timer = setTimeout(() => this.#askOnAndOn(), this.#options.everyMilliseconds)
      this.#timer.unref()
    })
    return this.#asking
  }

  async #ask(): Promise<void> {
    const secret = this.#secret.current()
    try {
      this.#client ??= await this.#connect(secret)
      const { rows } = await this.#client.query<{ at: string; position: string }>(question)
      for (const { at, position } of rows) this.#history.record(position, at)
    } catch (error) {
      await this.#leave()
      // Whoever reads the secret again for the replica reads it for the primary too; a failure is told there.
      if (isCredentialRefusal(error)) await this.#secret.refresh(secret).catch(() => {})
    }
  }

  async #connect({ primary }: AnalyticsSecret): Promise<pg.Client> {
    if (primary === undefined) throw new Error('the secret names no primary')
    const { connectTimeoutMilliseconds } = this.#options
    const client = new pg.Client({
      ...clientConfig(primary, connectTimeoutMilliseconds),
      query_timeout: connectTimeoutMilliseconds,
    })
    client.on('error', () => {})
    await client.connect()
    return client
  }

  async #leave(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    await client?.end().catch(() => {})
  }
}
