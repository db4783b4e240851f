import type pg from 'pg'
import type { MillraceError } from '../errors.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import type { LogicalMessage } from './change-event.ts'
import { connect } from './client.ts'
import { sourceFaultOf } from './source-fault.ts'

const prefix = 'millrace'

/**
 * A transaction that holds nothing but the time. The host waits for none of it: it is written to disk with what comes next, or
 * a moment later, and no standby is waited for.
 */
const beatText = `select set_config('synchronous_commit', 'off', true),
  pg_logical_emit_message(true, '${prefix}', ((extract(epoch from clock_timestamp()) * 1000000)::bigint)::text)`

/** Writes one heartbeat into the stream of changes. */
export async function beat(client: pg.Client): Promise<void> {
  await client.query(beatText)
}

/**
 * When a heartbeat was written, in microseconds since 1970 by the source's clock: what was committed by then comes before it.
 * Undefined for a message of somebody else.
 */
export function heartbeatTime({ prefix: given, content }: LogicalMessage): bigint | undefined {
  const text = content.toString()
  return given === prefix && /^\d{1,18}$/.test(text) ? BigInt(text) : undefined
}

export interface HeartbeatOptions {
  /** Milliseconds between two. 5,000. */
  readonly everyMilliseconds?: number
  /** Told that one could not be written; it is tried again at the next. */
  readonly onFailure?: (error: MillraceError) => void
}

/**
 * Writes heartbeats, so that in a database where nothing happens the stream still moves: its log is let go, how current it is
 * can be said, and that it stands still is found.
 */
export class Heartbeat {
  readonly #settings: ConnectionSettings
  readonly #options: HeartbeatOptions
  #client: pg.Client | undefined
  #timer: NodeJS.Timeout | undefined
  #beating: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(settings: ConnectionSettings, options: HeartbeatOptions = {}) {
    this.#settings = settings
    this.#options = options
  }

  start(): void {
    this.#beating = this.#beat().finally(() => {
      if (this.#isClosed) return
      this.#timer = setTimeout(() => this.start(), this.#options.everyMilliseconds ?? 5_000)
      this.#timer.unref()
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#beating
    await this.#leave()
  }

  async #beat(): Promise<void> {
    try {
      this.#client ??= await connect(this.#settings)
      await beat(this.#client)
    } catch (error) {
      await this.#leave()
      this.#options.onFailure?.(sourceFaultOf(error))
    }
  }

  async #leave(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    await client?.end().catch(() => {})
  }
}
