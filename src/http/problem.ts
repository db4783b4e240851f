import { type ErrorCode, errors, MillraceError } from '../errors.ts'
import type { Problem } from './wire.ts'

/** RFC 9457. */
export const problemMediaType = 'application/problem+json'

/** Seconds for errors that pass, where whoever raised one knew no better: their next step is to look at `Retry-After`. */
const defaultRetryAfter: Partial<Record<ErrorCode, number>> = {
  REPORT_BUILDING: 5,
  STORE_BUILD_GONE: 1,
  STORE_UNAVAILABLE: 2,
  POSITION_NOT_REACHED: 1,
  TOO_BUSY: 1,
  REPLICA_UNAVAILABLE: 5,
  TENANTS_UNAVAILABLE: 5,
  KEYS_UNAVAILABLE: 5,
}

const undisclosed = 'the cause stands in the log, under the id of this request'

/**
 * What a client is told of an error. Of one that no client can meet (unknown, or of boot and configuration) it is told
 * nothing but the id under which the operator finds it; a cause is never told.
 */
export function problemOf(error: unknown, requestId: string): Problem {
  const code = codeOf(error)
  const { title, next } = errors[code]
  const known = code !== 'INTERNAL' && error instanceof MillraceError ? error : undefined
  const retryAfter = retrySeconds(known?.retryAfter ?? defaultRetryAfter[code])
  return {
    type: `urn:millrace:error:${code}`,
    title,
    status: statusOf(code),
    detail: known?.detail ?? undisclosed,
    code,
    next,
    requestId,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(known?.progress === undefined ? {} : { progress: known.progress }),
  }
}

/** The code that a client is told. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof MillraceError && error.status !== undefined ? error.code : 'INTERNAL'
}

export function statusOf(code: ErrorCode): number {
  const definition = errors[code]
  return 'status' in definition ? definition.status : errors.INTERNAL.status
}

/** `Retry-After` takes whole seconds, and 0 would be a loop. */
const retrySeconds = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.max(1, Math.ceil(seconds))
