import { ReportError, type ReportErrorCode } from '../client/report-error.ts'
import type { ReportAnswer, SentResult } from '../http/wire.ts'

/**
 * How far the reading of one report has come. `progress`: the counters that are to answer it are being built, and how far they have
 * come, 0 to 1; null: nobody can tell.
 */
export type Reading = { readonly progress?: number | null | undefined } & (
  | { readonly state: 'loading' }
  /** `failure`: the last good answer is kept, and a later attempt to read it anew failed. */
  | {
      readonly state: 'ready'
      readonly answer: ReportAnswer
      /** By the reader's clock, in milliseconds. */
      readonly receivedAt: number
      readonly failure?: Failure
    }
  | { readonly state: 'failed'; readonly failure: Failure }
  /** The viewer may not read the report, or there is none of the name: to them it is the same. */
  | { readonly state: 'absent' }
)

/** Why something could not be read. `OFFLINE`: nothing answers, and the browser knows of no network. */
export interface Failure {
  readonly code: ReportErrorCode | 'OFFLINE'
  readonly retryAfter?: number | undefined
  readonly progress?: number | undefined
}

/** An answer as the server knows it. */
export interface KnownAnswer {
  readonly etag: string
  readonly answer: ReportAnswer
}

export type Outcome = KnownAnswer | { readonly failure: Failure }

/** What was sent, where the server may have said only how current the answer is that is known. */
export function outcomeOf(sent: SentResult, known: KnownAnswer | undefined): Outcome {
  if ('problem' in sent) return { failure: sent.problem }
  const { etag } = sent
  if ('answer' in sent) return { etag, answer: sent.answer }
  // Its rows are those that there were, so that nothing is made anew of them.
  return { etag, answer: { ...(known as KnownAnswer).answer, ...sent.unchanged } }
}

export function failureOf(error: unknown): Failure {
  const { code, retryAfter } = error instanceof ReportError ? error : { code: 'UNREACHABLE' as const }
  // What counts is that nothing answers: a browser without a network reaches its own machine all the same.
  if (code === 'UNREACHABLE' && globalThis.navigator?.onLine === false) return { code: 'OFFLINE' }
  return { code, retryAfter }
}

export function readingAfter(before: Reading, outcome: Outcome, receivedAt: number): Reading {
  if ('answer' in outcome)
    return { state: 'ready', answer: outcome.answer, progress: outcome.answer.progress, receivedAt }
  const { failure } = outcome
  if (failure.code === 'REPORT_NOT_FOUND') return { state: 'absent' }
  // Figures are kept when they cannot be refreshed; not when the reader is no longer entitled to them.
  const entitled = failure.code !== 'UNAUTHENTICATED' && failure.code !== 'TENANT_UNKNOWN'
  if (before.state === 'ready' && entitled) return { ...before, failure }
  if (failure.code === 'REPORT_BUILDING') return { state: 'loading', progress: failure.progress ?? null }
  return { state: 'failed', failure }
}

export const isUnreachable = ({ code }: Failure): boolean => code === 'UNREACHABLE' || code === 'OFFLINE'
