import type { Freshness } from '../report/engine.ts'
import { instantOf } from '../report/value.ts'

export interface PositionHistoryOptions {
  /** Moments that are remembered; half of them, the newer ones, in full. 1,024. */
  readonly capacity?: number
  /** Milliseconds that never go back. */
  readonly now?: () => number
}

interface Moment {
  readonly position: bigint
  /** Microseconds since 1970, by the primary's clock. */
  readonly at: bigint
}

/**
 * Where the primary's log stood and when, so that a position that a standby has replayed can be said as a time.
 *
 * A moment says that all that was committed by `at` lies up to `position`; a commit counts from when its record is written
 * (with `synchronous_commit = off` up to 0.6 s after it is visible on the primary).
 */
export class PositionHistory {
  readonly #capacity: number
  readonly #now: () => number
  #moments: Moment[] = []
  #recordedAt = 0

  constructor({ capacity = 1024, now = () => performance.now() }: PositionHistoryOptions = {}) {
    this.#capacity = capacity
    this.#now = now
  }

  /** `position` as PostgreSQL writes it (`16/B374D848`), read after `at`, microseconds since 1970. */
  record(position: string, at: string): void {
    const moment = { position: parsePosition(position), at: BigInt(at) }
    const last = this.#moments.at(-1)
    // Another server answers, or its clock was set back: what is remembered says nothing about it.
    if (last !== undefined && (moment.position < last.position || moment.at < last.at)) this.#moments = []
    this.#recordedAt = this.#now()
    this.#moments.push(moment)
    if (this.#moments.length > this.#capacity) this.#thin()
  }

  /**
   * How current a server is that has replayed up to a position. Its lag is counted to the primary's clock, and goes on
   * growing while the primary cannot be asked. Unknown where the server is further back than what is remembered.
   */
  freshness(position: string): Freshness {
    const replayed = parsePosition(position)
    const [moment, last] = [this.#moments.findLast((one) => one.position <= replayed), this.#moments.at(-1)]
    if (moment === undefined || last === undefined) return { asOf: null, lagSeconds: null }
    const sinceLast = (this.#now() - this.#recordedAt) / 1000
    return { asOf: instantOf(String(moment.at)), lagSeconds: Number(last.at - moment.at) / 1e6 + sinceLast }
  }

  /** Every other moment of the older half is forgotten: a lag of days is then told to the hour, always as too old. */
  #thin(): void {
    const half = Math.floor(this.#moments.length / 2)
    this.#moments = this.#moments.filter((_, at) => at >= half || at % 2 === 0)
  }
}

/** PostgreSQL's text of a position in the log: two halves in hexadecimal. */
export function parsePosition(text: string): bigint {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text) ?? []
  if (high === undefined || low === undefined) throw new RangeError('not a position of the log')
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`)
}
