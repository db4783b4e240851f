import { paused } from './paused.ts'
import { ReportError } from './report-error.ts'

/** Until when an answer is waited for. */
export class Deadline {
  readonly seconds: number
  /** Aborted when the caller's own signal is, or when the time is over. */
  readonly signal: AbortSignal
  readonly #endsAt: number
  readonly #given: AbortSignal | undefined

  constructor(seconds: number, given: AbortSignal | undefined) {
    this.seconds = seconds
    this.#given = given
    this.#endsAt = performance.now() + seconds * 1000
    const timeout = AbortSignal.timeout(Math.min(seconds * 1000, 2 ** 31 - 1))
    this.signal = given === undefined ? timeout : AbortSignal.any([given, timeout])
  }

  /**
   * Waits before another attempt, as long as the server has asked for, or twice as long at each one. Throws the error where that would be
   * past the deadline, and what the caller's signal is aborted with.
   */
  async rest(attempt: number, error: ReportError): Promise<void> {
    const { retryAfter } = error
    // Not all who were refused at the same moment come again at the same moment.
    const milliseconds =
      retryAfter === undefined
        ? 200 * 2 ** Math.min(attempt, 6) * (0.5 + Math.random())
        : retryAfter * 1000 * (1 + 0.1 * Math.random())
    if (performance.now() + milliseconds > this.#endsAt) throw error
    await paused(milliseconds, this.signal)
    this.#given?.throwIfAborted()
  }

  /** The error to throw in place of one of the signal's own, which does not say what was waited for. */
  errorOf(error: unknown): unknown {
    this.#given?.throwIfAborted()
    if (!this.signal.aborted || error instanceof ReportError) return error
    return new ReportError('UNREACHABLE', `there was no answer within ${this.seconds} s`, { cause: error })
  }
}

/** What passes by itself: reads change nothing, so that each may be tried again. */
export const isPassing = ({ code, status }: Pick<ReportError, 'code' | 'status'>): boolean =>
  status === 429 ||
  status === 503 ||
  (code === 'UNREACHABLE' && (status === undefined || status === 502 || status === 504))

/** Tries until there is an answer, an error that does not pass, or the deadline. */
export async function retried<Value>(deadline: Deadline, work: () => Promise<Value>): Promise<Value> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work()
    } catch (thrown) {
      const error = deadline.errorOf(thrown)
      if (!(error instanceof ReportError) || !isPassing(error)) throw error
      await deadline.rest(attempt, error)
    }
  }
}
