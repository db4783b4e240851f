import type { ConditionalRequest, Problem, SentResult } from '../http/wire.ts'
import type { Access, Ask } from './access.ts'
import { ReportError } from './report-error.ts'

export interface Exchanged {
  readonly status: number
  readonly headers: Headers
  /** Undefined where there is none: 204, 304. */
  readonly body: unknown
}

/** One question and its answer in JSON. Throws a ReportError, or what `signal` is aborted with. */
export async function exchange(access: Access, path: string, ask: Ask): Promise<Exchanged> {
  const response = await access.send(path, ask)
  const { status, headers } = response
  if (status === 204 || status === 304) return { status, headers, body: undefined }
  const body = await bodyOf(response, ask.signal)
  if (response.ok && body !== undefined) return { status, headers, body }
  throw refusal(response, body)
}

/** Why an answer is none. A proxy between may have answered with a page of its own. */
export function refusal({ status, headers }: Response, body: unknown): ReportError {
  if (isProblem(body)) return ReportError.of(body)
  const retryAfter = secondsOf(headers)
  return new ReportError('UNREACHABLE', `what answered with ${status} is not Millrace`, {
    status,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  })
}

/** Several reports in one exchange, in the order of the requests. Throws as `exchange` does. */
export async function exchangeMany(
  access: Access,
  requests: readonly ConditionalRequest[],
  ask: Omit<Ask, 'body'>,
): Promise<readonly SentResult[]> {
  const { body } = await exchange(access, '/reports/rows', { ...ask, body: { requests } })
  return (body as { readonly results: readonly SentResult[] }).results
}

/** Undefined: it is no JSON. Throws as `exchange` does. */
export async function bodyOf(response: Response, signal: AbortSignal): Promise<unknown> {
  if (!/^application\/(problem\+)?json\b/.test(response.headers.get('content-type') ?? '')) return undefined
  try {
    return await response.json()
  } catch (cause) {
    signal.throwIfAborted()
    throw new ReportError('UNREACHABLE', 'the answer broke off', { cause })
  }
}

/** Of `Retry-After`, in seconds or as a date (RFC 9110, section 10.2.3). */
export function secondsOf(headers: Headers): number | undefined {
  const text = headers.get('retry-after')
  if (text === null) return undefined
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000
  return seconds > 0 ? seconds : undefined
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && typeof (body as { code?: unknown }).code === 'string'
