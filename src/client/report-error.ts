import type { ErrorCode } from '../errors.ts'
import type { Problem } from '../http/wire.ts'

/** `UNREACHABLE`: there was no answer of Millrace at all, whether for the network, for a proxy between, or in time. */
export type ReportErrorCode = ErrorCode | 'UNREACHABLE'

export interface ReportErrorOptions extends Partial<Omit<Problem, 'type' | 'code' | 'detail'>> {
  readonly cause?: unknown
}

/** Why something could not be read. A program looks at `code`, which is stable; `title`, `detail` and `next` are for people. */
export class ReportError extends Error {
  override readonly name = 'ReportError'
  readonly code: ReportErrorCode
  readonly title: string | undefined
  readonly detail: string
  /** The next step for whoever sees the error. */
  readonly next: string | undefined
  /** Of HTTP; undefined where nothing answered. */
  readonly status: number | undefined
  /** Under which the server's log knows the request. */
  readonly requestId: string | undefined
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | undefined
  /** Of REPORT_BUILDING: how far the report's counters have come, 0 to 1; undefined where nobody can tell. */
  readonly progress: number | undefined

  constructor(code: ReportErrorCode, detail: string, options: ReportErrorOptions = {}) {
    const { cause, title, next, status, requestId, retryAfter, progress } = options
    super(`${code}: ${detail}`, cause === undefined ? {} : { cause })
    this.code = code
    this.detail = detail
    this.title = title
    this.next = next
    this.status = status
    this.requestId = requestId
    this.retryAfter = retryAfter
    this.progress = progress
  }

  static of({ code, detail, ...problem }: Problem): ReportError {
    return new ReportError(code, detail, problem)
  }
}
