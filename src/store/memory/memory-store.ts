import { MillraceError } from '../../errors.ts'
import { compareText } from '../../report/compare-text.ts'
import { fillingOf, hasExpired, isBuild, isZero } from '../keys.ts'
import type {
  Addition,
  BaseAddition,
  Batch,
  Build,
  BuildId,
  Changed,
  Counter,
  Filling,
  FillingBuild,
  NewBuild,
  NewRequest,
  Position,
  Progress,
  Reading,
  ReadResult,
  ReportStore,
  Request,
  SortRange,
  State,
} from '../report-store.ts'
import { MemoryStream } from './memory-stream.ts'

/** Milliseconds for which a request is kept that has ended. */
const requestsKept = 3_600_000

/**
 * The model of a reporting store: everything in this process, every call one step. What it does is what every store must
 * seem to do.
 */
export class MemoryStore implements ReportStore {
  readonly #streams = new Map<string, MemoryStream>()
  readonly #now: () => number

  constructor(options: { readonly now?: () => number } = {}) {
    this.#now = options.now ?? Date.now
  }

  /** Protected for the sake of stores that are broken on purpose. */
  protected stream(name: string): MemoryStream {
    const stream = this.#streams.get(name) ?? new MemoryStream()
    this.#streams.set(name, stream)
    return stream
  }

  async progress(stream: string): Promise<Progress> {
    return this.stream(stream).progress
  }

  async apply(name: string, batch: Batch): Promise<void> {
    const { from, to, epoch, committedAt, source } = batch
    const additions: Addition[] = []
    for await (const addition of batch.additions) additions.push(addition)
    const stream = this.stream(name)
    stream.expectEpoch(epoch)
    if (stream.progress.position !== from || to <= from) {
      const detail = `the stream is at ${stream.progress.position}, and the batch leads from ${from} to ${to}`
      throw new MillraceError('STORE_CONFLICT', detail)
    }
    const { filling } = stream.progress
    stream.progress = { position: to, committedAt, epoch, source, ...(filling && { filling }) }
    for (const { build, ...addition } of additions) {
      const found = stream.find(build)
      if (found === undefined || found.state === 'stopped') continue
      if (isZero(addition.by) || hasExpired(addition.expiresAt, committedAt)) continue
      stream.add(build, addition)
      if (found.changedAt !== to) stream.change(build, { changedAt: to })
    }
    stream.expire()
  }

  async restart(
    name: string,
    { position, source, epoch }: { readonly position: Position; readonly source: string; readonly epoch: number },
  ): Promise<Progress> {
    const stream = this.stream(name)
    stream.expectEpoch(epoch)
    for (const build of stream.builds) stream.drop(build)
    stream.progress = { position, committedAt: 0n, epoch: epoch + 1, source }
    return stream.progress
  }

  async builds(stream: string): Promise<readonly Build[]> {
    return this.stream(stream).builds
  }

  async open(name: string, builds: readonly NewBuild[], epoch: number): Promise<readonly Build[]> {
    const stream = this.stream(name)
    stream.expectEpoch(epoch)
    const { position } = stream.progress
    const late = builds.find(({ startsAt }) => startsAt < position)
    if (late !== undefined)
      throw new MillraceError('STORE_CONFLICT', `the stream is at ${position}, past ${late.startsAt}`)
    const since = this.#now()
    const opened = builds.map((build): Build => {
      return { ...build, number: stream.nextNumber++, state: 'filling', since, changedAt: build.startsAt }
    })
    stream.builds = [...stream.builds, ...opened]
    stream.progress = { ...stream.progress, epoch: epoch + 1 }
    return opened
  }

  async addBase(name: string, build: BuildId, chunk: string, additions: Iterable<BaseAddition>): Promise<void> {
    const stream = this.stream(name)
    if (stream.find(build)?.state !== 'filling')
      throw new MillraceError('STORE_BUILD_GONE', `build ${build.number} is not being filled`)
    // All of them before anything is done: they may come to a sudden end.
    const whole = [...additions]
    if (!stream.addChunk(build, chunk)) return
    for (const addition of whole) stream.add(build, addition)
    stream.expire()
  }

  async tellFilling(name: string, filling: Filling): Promise<void> {
    const stream = this.stream(name)
    const { progress } = stream
    if (filling.first < (progress.filling?.first ?? 0)) return
    stream.progress = { ...progress, filling: { ...filling, toldAt: this.#now() } }
  }

  async fillings(name: string, tenants: readonly string[]): Promise<readonly FillingBuild[]> {
    const { builds, progress } = this.stream(name)
    return builds
      .filter(({ tenant, state }) => state === 'filling' && tenants.includes(tenant))
      .map(({ tenant, report, number, fingerprint }) => ({
        ...{ tenant, report, number, fingerprint },
        ...fillingOf(progress.filling, number),
      }))
  }

  async ready(name: string, build: BuildId): Promise<void> {
    const stream = this.stream(name)
    const found = stream.find(build)
    if (found === undefined || found.state === 'stopped')
      throw new MillraceError('STORE_BUILD_GONE', `build ${build.number} was dropped or stopped`)
    if (found.state === 'ready') return
    const { position } = stream.progress
    if (position < found.startsAt)
      throw new MillraceError('STORE_CONFLICT', `the stream is at ${position}, before ${found.startsAt}`)
    const since = this.#now()
    const former = stream.builds.find(
      ({ tenant, report, state }) => tenant === build.tenant && report === build.report && state === 'ready',
    )
    if (former !== undefined) stream.change(former, { state: 'replaced', since })
    stream.change(build, { state: 'ready', since })
  }

  async retire(name: string, build: BuildId): Promise<void> {
    const stream = this.stream(name)
    if (stream.find(build)?.state === 'ready') stream.change(build, { state: 'replaced', since: this.#now() })
  }

  async stop(name: string, builds: readonly BuildId[], detail: string): Promise<void> {
    const stream = this.stream(name)
    const since = this.#now()
    for (const build of builds) {
      if (stream.find(build)?.state !== 'stopped') stream.change(build, { state: 'stopped', since, detail })
    }
  }

  async drop(name: string, build: BuildId): Promise<void> {
    this.stream(name).drop(build)
  }

  async read(name: string, of: Reading, ranges: readonly SortRange[], known?: State): Promise<ReadResult | null> {
    const stream = this.stream(name)
    const build = buildOf(stream, of)
    if (build === undefined) return null
    const { position: asOf, committedAt } = stream.progress
    const isKnown = build.number === known?.number && build.changedAt === known.changedAt
    if (isKnown) return { asOf, committedAt, build, counters: [] }
    const all = [...stream.counters(build)].map(([sort, { values }]): Counter => ({ sort, values }))
    all.sort((a, b) => compareText(a.sort, b.sort))
    const counters = ranges.map(({ from, to }) =>
      all.filter(({ sort }) => compareText(from, sort) <= 0 && compareText(sort, to) < 0),
    )
    return { asOf, committedAt, build, counters }
  }

  async changed(name: string, tenants: readonly string[], since: Position): Promise<Changed> {
    const { builds, progress } = this.stream(name)
    const reports = builds
      .filter((build) => build.state === 'ready' && tenants.includes(build.tenant) && build.changedAt > since)
      .map(({ tenant, report, number, changedAt }) => ({ tenant, report, number, changedAt }))
    const { position, committedAt, filling } = progress
    return { position, committedAt, reports, ...(filling && { filling }) }
  }

  async ask(name: string, request: NewRequest): Promise<string> {
    const stream = this.stream(name)
    const id = crypto.randomUUID()
    const askedAt = this.#now()
    const kept = stream.requests.filter(({ endedAt }) => endedAt === undefined || endedAt > askedAt - requestsKept)
    stream.requests = [...kept, { request: { ...request, id, state: 'waiting', outcome: '', askedAt } }]
    return id
  }

  async requests(stream: string): Promise<readonly Request[]> {
    return this.stream(stream).requests.map(({ request }) => request)
  }

  async answer(name: string, id: string, answer: Pick<Request, 'state' | 'outcome'>): Promise<void> {
    const stream = this.stream(name)
    const hasEnded = answer.state === 'done' || answer.state === 'failed'
    stream.requests = stream.requests.map((kept) => {
      if (kept.request.id !== id) return kept
      return { request: { ...kept.request, ...answer }, ...(hasEnded && { endedAt: this.#now() }) }
    })
  }

  async withdraw(name: string, id: string): Promise<void> {
    const stream = this.stream(name)
    stream.requests = stream.requests.filter(({ request }) => request.id !== id)
  }

  async close(): Promise<void> {}
}

function buildOf(stream: MemoryStream, of: Reading): Build | undefined {
  if ('number' in of) {
    const found = stream.builds.find((build) => isBuild(build, of))
    if (found === undefined || found.state === 'stopped')
      throw new MillraceError('STORE_BUILD_GONE', `build ${of.number} was dropped or stopped`)
    return found
  }
  return stream.builds.findLast(
    ({ tenant, report, fingerprint, state }) =>
      tenant === of.tenant &&
      report === of.report &&
      fingerprint === of.fingerprint &&
      (state === 'ready' || state === 'replaced'),
  )
}
