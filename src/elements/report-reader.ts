import type { ReadRequest, ReadResult, ReportAnswer, ReportSummary } from '../http/wire.ts'
import { type Access, type Failure, ReadFailure, requestAnswers, requestList } from './request-answers.ts'

/** How far the reading of one report has come. */
export type Reading =
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

/** One element's interest in one report. */
export interface Watch {
  reading(): Reading
  /** Reads it anew, as if for the first time. */
  retry(): void
  stop(): void
}

interface Watched {
  readonly request: ReadRequest
  readonly listeners: Set<() => void>
  reading: Reading
}

const loading: Reading = Object.freeze({ state: 'loading' })
/** The server's limit of reports in one request. */
const mostReports = 20

/**
 * Reads the reports of a page: all that are asked for in one turn in one request, and each once however many show it.
 *
 * When the access changes, another person may be looking. At that moment every answer is forgotten, and what is still
 * under way is broken off; it can no longer arrive.
 */
export class ReportReader {
  /** The reports that the viewer may read; undefined until known. */
  list: readonly ReportSummary[] | undefined
  readonly #clock: () => number
  readonly #changed: () => void
  readonly #watched = new Map<string, Watched>()
  #access: Access | undefined
  #life = new AbortController()
  #wanted: Set<string> | undefined
  readonly #running = new Set<string>()

  /** `changed` is told whenever the list of reports is. `clock`: milliseconds that never go back. */
  constructor(changed: () => void = () => {}, clock: () => number = () => performance.now()) {
    this.#changed = changed
    this.#clock = clock
  }

  /** Undefined: nobody is known to be looking, and nothing is read. */
  set access(access: Access | undefined) {
    this.#life.abort()
    this.#life = new AbortController()
    this.#running.clear()
    this.#wanted = undefined
    this.#access = access
    this.#setList(undefined)
    for (const [key, watched] of this.#watched) {
      tell(watched, loading)
      this.#forget(key)
    }
    if (access === undefined) return
    void this.#readList(access, this.#life.signal)
    this.refresh()
  }

  /** Reads a report now and at each `refresh`, until it is stopped. `listener` is told of changes. */
  watch(request: ReadRequest, listener: () => void): Watch {
    const key = JSON.stringify([request.report, Object.entries(request.params ?? {}).sort()])
    const watched = this.#watched.get(key) ?? { request, listeners: new Set(), reading: loading }
    this.#watched.set(key, watched)
    watched.listeners.add(listener)
    if (watched.listeners.size === 1) this.#want([key])
    return {
      reading: () => watched.reading,
      retry: () => {
        tell(watched, loading)
        this.#want([key])
      },
      stop: () => {
        watched.listeners.delete(listener)
        this.#forget(key)
      },
    }
  }

  /** Reads everything that is watched anew, but for what is being read. */
  refresh(): void {
    this.#want(this.#watched.keys())
  }

  /** How long ago an answer arrived, in seconds. */
  secondsSince(receivedAt: number): number {
    return (this.#clock() - receivedAt) / 1000
  }

  #want(keys: Iterable<string>): void {
    if (this.#access === undefined) return
    if (this.#wanted === undefined) {
      const life = this.#life
      // After this turn, so that the elements of one update are read together.
      queueMicrotask(() => {
        if (life === this.#life) this.#readWanted()
      })
      this.#wanted = new Set()
    }
    for (const key of keys) this.#wanted.add(key)
  }

  #readWanted(): void {
    const wanted = [...(this.#wanted ?? [])].filter((key) => this.#watched.has(key) && !this.#running.has(key))
    this.#wanted = undefined
    for (let from = 0; from < wanted.length; from += mostReports)
      void this.#read(wanted.slice(from, from + mostReports), this.#access as Access, this.#life.signal)
  }

  async #read(keys: readonly string[], access: Access, signal: AbortSignal): Promise<void> {
    const watched = keys.map((key) => this.#watched.get(key) as Watched)
    for (const key of keys) this.#running.add(key)
    const outcomes = await resultsOf(access, watched, signal)
    if (signal.aborted) return
    for (const key of keys) this.#running.delete(key)
    const receivedAt = this.#clock()
    watched.forEach((each, at) => {
      tell(each, after(each.reading, outcomes[at] as Outcome, receivedAt))
      this.#forget(keys[at] as string)
    })
  }

  /** What nobody watches goes; but not while it is read, since an element that is moved leaves and comes back. */
  #forget(key: string): void {
    if (this.#watched.get(key)?.listeners.size === 0 && !this.#running.has(key)) this.#watched.delete(key)
  }

  async #readList(access: Access, signal: AbortSignal): Promise<void> {
    // Without it reports go by their names; each that is shown says for itself why it cannot be read.
    const list = await requestList(access, signal).catch(() => undefined)
    if (!signal.aborted && list !== undefined) this.#setList(list)
  }

  #setList(list: ReportReader['list']): void {
    this.list = list
    this.#changed()
    for (const { listeners } of this.#watched.values()) for (const listener of listeners) listener()
  }
}

type Outcome = { readonly answer: ReportAnswer } | { readonly failure: Failure }

async function resultsOf(
  access: Access,
  watched: readonly Watched[],
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  try {
    const requests = watched.map(({ request }) => request)
    return (await requestAnswers(access, requests, signal)).map(outcomeOf)
  } catch (error) {
    const failure: Failure = error instanceof ReadFailure ? error.failure : { title: undefined, code: 'UNREACHABLE' }
    return watched.map(() => ({ failure }))
  }
}

const outcomeOf = (result: ReadResult): Outcome =>
  'answer' in result ? { answer: result.answer } : { failure: result.problem }

function after(before: Reading, outcome: Outcome, receivedAt: number): Reading {
  if ('answer' in outcome) return { state: 'ready', answer: outcome.answer, receivedAt }
  const { failure } = outcome
  if (failure.code === 'REPORT_NOT_FOUND') return { state: 'absent' }
  // Figures are kept when they cannot be refreshed; not when the reader is no longer entitled to them.
  const entitled = failure.code !== 'UNAUTHENTICATED' && failure.code !== 'TENANT_UNKNOWN'
  return before.state === 'ready' && entitled ? { ...before, failure } : { state: 'failed', failure }
}

function tell(watched: Watched, reading: Reading): void {
  watched.reading = reading
  for (const listener of watched.listeners) listener()
}
