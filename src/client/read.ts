import type { Moment, Problem, ReadRequest, ReadResult, ReportAnswer, SentResult } from '../http/wire.ts'
import type { Access } from './access.ts'
import { type Exchanged, exchange, exchangeMany } from './exchange.ts'
import type { KeptDocument, KeptDocuments } from './kept-documents.ts'
import { queryOf } from './query.ts'
import { ReportError } from './report-error.ts'
import { type Deadline, isPassing, retried } from './retry.ts'

export interface Asking {
  readonly access: Access
  readonly kept: KeptDocuments
  readonly deadline: Deadline
  /** The position that the answer must hold. */
  readonly includes: string | undefined
}

/** A document that is asked for by its tag where one is kept. */
export async function readPath(asking: Asking, path: string): Promise<unknown> {
  return (await conditionally(asking, path)).document
}

/** One report: by GET, or where a query string cannot say what is given, as one of several. */
export async function readOne(asking: Asking, report: string, given: object): Promise<ReportAnswer> {
  const query = queryOf(given as Readonly<Record<string, unknown>>)
  if (query === undefined) {
    const [result] = await readMany(asking, [{ report, params: given as ReadRequest['params'] & object }])
    if (result === undefined || 'problem' in result) throw ReportError.of(result?.problem as Problem)
    return result.answer
  }
  const path = `/reports/${encodeURIComponent(report)}/rows${query === '' ? '' : `?${query}`}`
  const { document, headers } = await conditionally(asking, path)
  // On a 304 how current the answer is now stands in the headers, and the document is older.
  const answer = document as ReportAnswer
  return headers === undefined ? answer : { ...answer, ...momentIn(headers, answer) }
}

/** Each answers or fails by itself; those that are refused for a while are asked for again, without the others. */
export async function readMany(asking: Asking, requests: readonly ReadRequest[]): Promise<readonly ReadResult[]> {
  const { deadline, kept } = asking
  const keys = requests.map(({ report, params = {} }) => `${report} ${JSON.stringify(params)}`)
  const results: ReadResult[] = []
  let waiting = requests.map((_, at) => at)
  for (let attempt = 0; ; attempt++) {
    const known = waiting.map((at) => kept.get(keys[at] as string))
    const asked = waiting.map((at, n) => ({ ...(requests[at] as ReadRequest), ...tagOf(known[n]) }))
    const sent = await retried(deadline, () => exchangeMany(asking.access, asked, headersOf(asking)))
    waiting.forEach((at, n) => {
      results[at] = resultOf(sent[n] as SentResult, known[n], (document) => kept.set(keys[at] as string, document))
    })
    waiting = waiting.filter((at) => isRefusedForNow(results[at] as ReadResult))
    const problems = waiting.map((at) => (results[at] as { problem: Problem }).problem)
    const last = problems.reduce<Problem | undefined>(
      (late, each) => ((each.retryAfter ?? 0) > (late?.retryAfter ?? -1) ? each : late),
      undefined,
    )
    if (last === undefined) return results
    try {
      await deadline.rest(attempt, ReportError.of(last))
    } catch (error) {
      if (error instanceof ReportError) return results
      throw error
    }
  }
}

interface Found {
  readonly document: unknown
  /** Of a 304. */
  readonly headers: Headers | undefined
}

async function conditionally(asking: Asking, path: string): Promise<Found> {
  const { access, kept, deadline } = asking
  const known = kept.get(path)
  const found: Exchanged = await retried(deadline, () =>
    exchange(access, path, headersOf(asking, known === undefined ? {} : { 'if-none-match': known.etag })),
  )
  if (found.status === 304 && known !== undefined) return { document: known.document, headers: found.headers }
  const etag = found.headers.get('etag')
  if (etag !== null) kept.set(path, { etag, document: found.body })
  return { document: found.body, headers: undefined }
}

function headersOf({ deadline, includes }: Asking, more: Readonly<Record<string, string>> = {}) {
  return {
    signal: deadline.signal,
    headers: { ...more, ...(includes === undefined ? {} : { 'millrace-position': includes }) },
  }
}

/** An answer that is kept, with how current it is now. */
export function resultOf(
  sent: SentResult,
  known: KeptDocument | undefined,
  keep: (document: KeptDocument) => void,
): ReadResult {
  if ('problem' in sent) return sent
  const { report, etag } = sent
  const answer = 'answer' in sent ? sent.answer : { ...(known?.document as ReportAnswer), ...sent.unchanged }
  keep({ etag, document: answer })
  return { report, answer }
}

const tagOf = (known: KeptDocument | undefined) => (known === undefined ? {} : { etag: known.etag })

const isRefusedForNow = (result: ReadResult): boolean =>
  'problem' in result && isPassing(result.problem) && result.problem.retryAfter !== undefined

function momentIn(headers: Headers, { building }: ReportAnswer): Moment {
  const number = (name: string) => {
    const text = headers.get(name)
    return text === null ? null : Number(text)
  }
  return {
    asOf: headers.get('millrace-as-of') as ReportAnswer['asOf'],
    lagSeconds: number('millrace-lag-seconds'),
    position: headers.get('millrace-position'),
    ...(building === undefined ? {} : { progress: number('millrace-progress') }),
  }
}
