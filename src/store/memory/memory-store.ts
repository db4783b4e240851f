import { MillraceError } from '../../errors.ts'
import { compareText } from '../../report/compare-text.ts'
import { addVectors, buildKey, isBuild, isZero } from '../keys.ts'
import {
  type Build,
  type BuildId,
  type Counter,
  type CounterKey,
  origin,
  type Progress,
  type ReportStore,
} from '../report-store.ts'

interface Stream {
  progress: Progress
  builds: Build[]
  /** The next number of each (tenant, report): a number is never used again. */
  readonly numbers: Map<string, number>
  readonly counters: Map<string, Map<string, Counter>>
  readonly chunks: Set<string>
}

/**
 * The model of a reporting store: everything in this process, every call one step. What it does is what every store must
 * seem to do.
 */
export class MemoryStore implements ReportStore {
  readonly #streams = new Map<string, Stream>()
  readonly #now: () => number

  constructor(options: { readonly now?: () => number } = {}) {
    this.#now = options.now ?? Date.now
  }

  #stream(name: string): Stream {
    const known = this.#streams.get(name)
    if (known !== undefined) return known
    const progress = { position: origin, committedAt: 0n, epoch: 0 }
    const stream = { progress, builds: [], numbers: new Map(), counters: new Map(), chunks: new Set<string>() }
    this.#streams.set(name, stream)
    return stream
  }

  async progress(stream: string): Promise<Progress> {
    return this.#stream(stream).progress
  }

  async apply(name: string, { from, to, epoch, committedAt, additions }: Parameters<ReportStore['apply']>[1]) {
    const sums = new Map<string, { build: BuildId; counter: Counter }>()
    for await (const { build, sort, field, by } of additions) {
      const key = JSON.stringify([build.tenant, build.report, build.number, sort, field])
      const known = sums.get(key)
      sums.set(key, { build, counter: { sort, field, values: addVectors(known?.counter.values ?? [], by) } })
    }
    const stream = this.#stream(name)
    const { position } = stream.progress
    if (position !== from || stream.progress.epoch !== epoch || to < from) {
      throw new MillraceError(
        'STORE_CONFLICT',
        `the batch continues from ${from} in epoch ${epoch}, not from ${position}`,
      )
    }
    for (const { build, counter } of sums.values()) this.#add(stream, build, counter)
    stream.progress = { position: to, committedAt, epoch }
  }

  #add(stream: Stream, build: BuildId, { sort, field, values }: Counter): void {
    // A build that was dropped meanwhile takes nothing more.
    if (!stream.builds.some((each) => isBuild(each, build))) return
    const counters = stream.counters.get(buildKey(build)) ?? new Map<string, Counter>()
    stream.counters.set(buildKey(build), counters)
    const key = JSON.stringify([sort, field])
    const sum = addVectors(counters.get(key)?.values ?? [], values)
    if (isZero(sum)) counters.delete(key)
    else counters.set(key, { sort, field, values: sum })
  }

  async builds(stream: string): Promise<readonly Build[]> {
    return this.#stream(stream).builds
  }

  async open(name: string, build: Omit<Build, 'number' | 'state' | 'replacedAt'>, epoch: number): Promise<Build> {
    const stream = this.#stream(name)
    const { progress, numbers } = stream
    if (progress.epoch !== epoch || progress.position > build.startsAt) {
      throw new MillraceError('STORE_CONFLICT', `a build cannot start at ${build.startsAt} in epoch ${epoch}`)
    }
    const of = JSON.stringify([build.tenant, build.report])
    const number = (numbers.get(of) ?? 0) + 1
    numbers.set(of, number)
    const opened: Build = { ...build, number, state: 'filling' }
    stream.builds = [...stream.builds, opened]
    stream.progress = { ...progress, epoch: epoch + 1 }
    return opened
  }

  async addBase(
    name: string,
    build: BuildId,
    chunk: string,
    additions: Iterable<CounterKey & { by: readonly bigint[] }>,
  ) {
    const stream = this.#stream(name)
    const known = stream.builds.find((each) => isBuild(each, build))
    if (known?.state !== 'filling') throw new MillraceError('STORE_CONFLICT', 'the build is not being filled')
    const key = JSON.stringify([buildKey(build), chunk])
    if (stream.chunks.has(key)) return
    stream.chunks.add(key)
    for (const { sort, field, by } of additions) this.#add(stream, build, { sort, field, values: by })
  }

  async ready(name: string, build: BuildId): Promise<void> {
    const stream = this.#stream(name)
    const found = stream.builds.find((each) => isBuild(each, build))
    if (found === undefined) throw new MillraceError('STORE_BUILD_GONE', 'the build was dropped')
    if (found.state !== 'filling') return
    if (stream.progress.position < found.startsAt) {
      throw new MillraceError(
        'STORE_CONFLICT',
        `the fold has not yet come to ${found.startsAt}, where the build starts`,
      )
    }
    stream.builds = stream.builds.map((each): Build => {
      if (isBuild(each, build)) return { ...each, state: 'ready' }
      const isReplaced = each.tenant === build.tenant && each.report === build.report && each.state === 'ready'
      return isReplaced ? { ...each, state: 'replaced', replacedAt: this.#now() } : each
    })
  }

  async drop(name: string, build: BuildId): Promise<void> {
    const stream = this.#stream(name)
    stream.builds = stream.builds.filter((each) => !isBuild(each, build))
    stream.counters.delete(buildKey(build))
    for (const chunk of stream.chunks) {
      if ((JSON.parse(chunk) as string[])[0] === buildKey(build)) stream.chunks.delete(chunk)
    }
  }

  async read(name: string, of: Parameters<ReportStore['read']>[1], ranges: Parameters<ReportStore['read']>[2]) {
    const stream = this.#stream(name)
    const { tenant, report, number } = of
    const own = stream.builds.filter((each) => each.tenant === tenant && each.report === report)
    const build = own.find((each) => (number === undefined ? each.state === 'ready' : each.number === number))
    if (build === undefined) {
      if (number === undefined) return null
      throw new MillraceError('STORE_BUILD_GONE', `build ${number} was dropped`)
    }
    const all = [...(stream.counters.get(buildKey(build))?.values() ?? [])].sort(
      (a, b) => compareText(a.sort, b.sort) || compareText(a.field, b.field),
    )
    const counters = ranges.map(({ from, to }) =>
      all.filter(({ sort }) => compareText(from, sort) <= 0 && compareText(sort, to) < 0),
    )
    const { position: asOf, committedAt } = stream.progress
    return { asOf, committedAt, build, counters }
  }

  async close(): Promise<void> {}
}
