import type { Access } from '../client/access.ts'
import { exchange } from '../client/exchange.ts'
import type { Position, ReadRequest, ReportAnswer, ReportEvent, ReportSummary } from '../http/wire.ts'
import { outcomesOf } from './read-outcomes.ts'
import { isUnreachable, type KnownAnswer, type Outcome, type Reading, readingAfter } from './reading.ts'

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
  /** The last answer, so that it is sent only if there is another. */
  known?: KnownAnswer | undefined
  /** When the answer was asked for, by the reader's clock. */
  readAt?: number
  /** Told since the last answer: the store can give one. */
  isBuilt?: boolean
  /** The server has said when to come again: until then nothing is asked but by the reader's own hand. */
  again?: ReturnType<typeof setTimeout> | undefined
}

const loading: Reading = Object.freeze({ state: 'loading' })
/** The server's limit of reports in one request. */
const mostReports = 20
/** Milliseconds for which an answer is left alone that nothing is told of: a period may begin or end meanwhile, which changes no row. */
const leftAlone = 300_000
/** Seconds of lag up to which an answer needs no other look at whether it is stale. */
const littleLag = 5
/** Milliseconds until a server that did not answer is asked again; each time twice as long, up to the last. */
const [firstRest, longestRest] = [1_000, 30_000]

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
  /** Whose list is being read. */
  #listing: AbortSignal | undefined
  readonly #running = new Set<string>()
  /** Where each report changed last, as far as it was told. */
  readonly #changedAt = new Map<string, Position>()
  /** An answer from before it may lack what nobody was told of. */
  #toldSince: Position = ''
  #isTold = false
  /** How often nothing has answered in a row, and the next attempt. */
  #unanswered = 0
  #attempt: ReturnType<typeof setTimeout> | undefined

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
    this.#changedAt.clear()
    this.#toldSince = ''
    this.#isTold = false
    this.#wanted = undefined
    this.#answered()
    this.#access = access
    this.#setList(undefined)
    for (const [key, watched] of this.#watched) {
      rest(watched)
      watched.known = undefined
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
        rest(watched)
        tell(watched, loading)
        this.#want([key])
      },
      stop: () => {
        watched.listeners.delete(listener)
        this.#forget(key)
      },
    }
  }

  /** Reads everything that is watched anew, but for what is being read, or is to be asked for later. */
  refresh(): void {
    this.#want([...this.#watched].flatMap(([key, { again }]) => (again === undefined ? [key] : [])))
  }

  /** The same, but for what would be told of if it had changed. */
  refreshUntold(): void {
    this.#want(
      [...this.#watched].flatMap(([key, watched]) =>
        watched.again === undefined && !this.#wouldBeTold(watched) ? [key] : [],
      ),
    )
  }

  /** Whether the server tells of changes now. */
  set isTold(isTold: boolean) {
    this.#isTold = isTold
  }

  /** Takes what the server tells: what changed is read anew; of the rest it is known how current it is. */
  hear(event: ReportEvent): void {
    if (event.event === 'hello') this.#toldSince = event.since
    if (event.event === 'changed') this.#changedAt.set(event.report, event.position)
    for (const [key, watched] of this.#watched) {
      const { reading, request } = watched
      if ('report' in event && event.report === request.report) {
        if (event.event === 'ready') {
          watched.isBuilt = true
          this.#readAgainIfBuilt(key, watched)
        }
        if (event.event === 'building' && reading.progress !== undefined)
          tell(watched, { ...reading, progress: event.progress })
      }
      if (reading.state !== 'ready' || reading.answer.engine !== 'store') continue
      const position = reading.answer.position ?? ''
      if (event.event === 'changed') {
        if (request.report === event.report && position < event.position) this.#want([key])
      } else if (event.event === 'hello' && (position < event.since || position > event.position)) this.#want([key])
      else if (!this.#holds(watched, reading.answer, event)) this.#want([key])
      else {
        const { asOf, lagSeconds } = event
        const answer = { ...reading.answer, asOf, lagSeconds, position: event.position }
        tell(watched, { ...reading, answer, receivedAt: this.#clock() })
      }
    }
  }

  /** Whether an answer that nothing was told of is surely the same at a later position, and as fresh. */
  #holds({ request }: Watched, { position, stale, lagSeconds }: ReportAnswer, event: ReportEvent): boolean {
    const isUnchanged = (this.#changedAt.get(request.report) ?? '') <= (position ?? '')
    const isFresh = event.lagSeconds !== null && event.lagSeconds <= Math.max(littleLag, lagSeconds ?? 0)
    return isUnchanged && isFresh && !stale
  }

  #wouldBeTold({ reading, readAt = 0 }: Watched): boolean {
    if (!this.#isTold || reading.state !== 'ready' || reading.failure !== undefined) return false
    return reading.answer.engine === 'store' && this.#clock() - readAt < leftAlone
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
    const askedAt = this.#clock()
    const outcomes = await outcomesOf(access, watched, signal)
    if (signal.aborted) return
    for (const key of keys) this.#running.delete(key)
    const receivedAt = this.#clock()
    watched.forEach((each, at) => {
      const [key, outcome] = [keys[at] as string, outcomes[at] as Outcome]
      each.readAt = askedAt
      rest(each)
      if ('answer' in outcome) {
        each.known = outcome
        this.#readAgainIfChanged(key, outcome.answer)
      } else if (outcome.failure.retryAfter !== undefined) this.#comeAgain(key, each, outcome.failure.retryAfter)
      tell(each, readingAfter(each.reading, outcome, receivedAt))
      this.#readAgainIfBuilt(key, each)
      each.isBuilt = false
      this.#forget(key)
    })
    if (outcomes.some((outcome) => 'failure' in outcome && isUnreachable(outcome.failure))) this.#tryAgain()
    else {
      this.#answered()
      if (this.list === undefined) void this.#readList(access, signal)
    }
  }

  /** Until something answers, without the reader having to ask. */
  #tryAgain(): void {
    if (this.#attempt !== undefined) return
    const milliseconds = Math.min(firstRest * 2 ** this.#unanswered++, longestRest)
    // Not all pages at the moment when the server is back.
    this.#attempt = setTimeout(
      () => {
        this.#attempt = undefined
        this.refresh()
      },
      milliseconds * (0.5 + Math.random()),
    )
  }

  #answered(): void {
    clearTimeout(this.#attempt)
    this.#attempt = undefined
    this.#unanswered = 0
  }

  /** Told of while it was read: whether the answer has it, its position says. */
  #readAgainIfChanged(key: string, { report, engine, position }: ReportAnswer): void {
    const at = position ?? ''
    if (engine === 'store' && (at < this.#toldSince || at < (this.#changedAt.get(report) ?? ''))) this.#want([key])
  }

  /** What was answered, or refused, in the store's stead; also where that was on its way when the store became able to answer. */
  #readAgainIfBuilt(key: string, { reading, isBuilt }: Watched): void {
    if (isBuilt && reading.progress !== undefined) this.#want([key])
  }

  #comeAgain(key: string, watched: Watched, seconds: number): void {
    const life = this.#life
    // Not all who were refused at the same moment.
    const milliseconds = seconds * 1000 * (1 + 0.2 * Math.random())
    watched.again = setTimeout(() => {
      watched.again = undefined
      if (life === this.#life) this.#want([key])
    }, milliseconds)
  }

  /** What nobody watches goes; but not while it is read, since an element that is moved leaves and comes back. */
  #forget(key: string): void {
    const watched = this.#watched.get(key)
    if (watched === undefined || watched.listeners.size > 0 || this.#running.has(key)) return
    rest(watched)
    this.#watched.delete(key)
  }

  /** Without it reports go by their names, and each that is shown says for itself why it cannot be read: so it is asked for with them. */
  async #readList(access: Access, signal: AbortSignal): Promise<void> {
    if (this.#listing === signal) return
    this.#listing = signal
    const found = await exchange(access, '/reports', { signal }).catch(() => undefined)
    if (this.#listing === signal) this.#listing = undefined
    if (!signal.aborted && found !== undefined) this.#setList((found.body as Listed).reports)
  }

  #setList(list: ReportReader['list']): void {
    this.list = list
    this.#changed()
    for (const { listeners } of this.#watched.values()) for (const listener of listeners) listener()
  }
}

interface Listed {
  readonly reports: readonly ReportSummary[]
}

function rest(watched: Watched): void {
  clearTimeout(watched.again)
  watched.again = undefined
}

function tell(watched: Watched, reading: Reading): void {
  watched.reading = reading
  for (const listener of watched.listeners) listener()
}
