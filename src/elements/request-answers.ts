import type { Problem, ReadRequest, ReadResult, ReportSummary } from '../http/wire.ts'

/**
 * Gives the token that signs the reader in, as `Authorization: Bearer` carries it. `expired`: the one given before was
 * refused, so that one that was kept must not be given again. Undefined: nobody is signed in any more.
 */
export type TokenSource = (ask: { readonly expired: boolean }) => string | undefined | Promise<string | undefined>

/** Where reports are read, and as whom. */
export interface Access {
  /** Where Millrace is mounted, without a slash at its end; `''` for the root of the page's own host. */
  readonly endpoint: string
  /** Null: the host's own cookie signs the reader in. */
  readonly token: TokenSource | null
  /** A BCP 47 tag; labels come in its language. */
  readonly locale: string
}

/** Why something could not be read: the server's own words, or that it could not be reached. */
export type Failure =
  | Pick<Problem, 'title' | 'code' | 'retryAfter'>
  | { readonly title: undefined; readonly code: 'UNREACHABLE' | 'UNAUTHENTICATED'; readonly retryAfter?: number }

export class ReadFailure extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.title ?? failure.code)
    this.failure = failure
  }
}

/** Several reports in one exchange, in the order of the requests. Throws a ReadFailure, or what `signal` is aborted with. */
export async function requestAnswers(
  access: Access,
  requests: readonly ReadRequest[],
  signal: AbortSignal,
): Promise<readonly ReadResult[]> {
  const body = await exchange(access, '/reports/rows', signal, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ requests }),
  })
  return (body as { readonly results: readonly ReadResult[] }).results
}

/** The reports that the viewer may read. Throws as `requestAnswers` does. */
export async function requestList(access: Access, signal: AbortSignal): Promise<readonly ReportSummary[]> {
  const body = await exchange(access, '/reports', signal, {})
  return (body as { readonly reports: readonly ReportSummary[] }).reports
}

/** The stream of events, or a refusal, from the one on that was seen last. Throws a ReadFailure, and what `fetch` does. */
export function requestEvents(access: Access, lastEventId: string | undefined, signal: AbortSignal): Promise<Response> {
  const headers = {
    accept: 'text/event-stream',
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  }
  return signedIn(access, '/reports/events', signal, { headers, cache: 'no-store' })
}

async function exchange(access: Access, path: string, signal: AbortSignal, init: RequestInit): Promise<unknown> {
  try {
    return await bodyOf(await signedIn(access, path, signal, init))
  } catch (error) {
    if (error instanceof ReadFailure || signal.aborted) throw error
    throw new ReadFailure({ title: undefined, code: 'UNREACHABLE' })
  }
}

/** With another token where the first is refused. */
async function signedIn(access: Access, path: string, signal: AbortSignal, init: RequestInit): Promise<Response> {
  const response = await send(access, path, signal, init, false)
  if (response.status !== 401 || access.token === null) return response
  return send(access, path, signal, init, true)
}

async function send(
  { endpoint, token, locale }: Access,
  path: string,
  signal: AbortSignal,
  init: RequestInit,
  expired: boolean,
): Promise<Response> {
  const headers = new Headers(init.headers)
  if (!headers.has('accept')) headers.set('accept', 'application/json')
  headers.set('accept-language', locale)
  if (token !== null) {
    const given = await token({ expired })
    signal.throwIfAborted()
    if (given === undefined) throw new ReadFailure({ title: undefined, code: 'UNAUTHENTICATED' })
    headers.set('authorization', `Bearer ${given}`)
  }
  return fetch(endpoint + path, { ...init, headers, signal })
}

async function bodyOf(response: Response): Promise<unknown> {
  const isJson = /^application\/(problem\+)?json\b/.test(response.headers.get('content-type') ?? '')
  const seconds = Number.parseInt(response.headers.get('retry-after') ?? '', 10)
  const unknown = { title: undefined, code: 'UNREACHABLE', ...(seconds > 0 ? { retryAfter: seconds } : {}) } as const
  // A proxy between may answer with a page of its own.
  if (!isJson) throw new ReadFailure(unknown)
  const body: unknown = await response.json()
  if (response.ok) return body
  throw new ReadFailure(isProblem(body) ? body : unknown)
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && typeof (body as { code?: unknown }).code === 'string'
