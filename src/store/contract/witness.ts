import { MillraceError } from '../../errors.ts'
import { buildKey } from '../keys.ts'
import type { BuildId, Counter, Position, ReadResult, SortRange } from '../report-store.ts'
import { committedAt as committedAtOf } from './history.ts'
import { type Truth, trimmed } from './truth.ts'

const text = (counters: readonly Counter[]): string =>
  counters.map(({ sort, values }) => `${JSON.stringify(sort.slice(0, 20))}+${sort.length}: ${values}`).join('; ')

/** What is known for certain while several processes work at once, and what must be true of every answer because of it. */
export class Witness {
  readonly #truth: Truth
  /** How far a build must have come in each read that begins from now on (S3). */
  readonly #floors = new Map<string, Position>()
  readonly #filled = new Set<string>()
  readonly #gone = new Set<string>()
  readonly #seen = new Set<string>()
  readonly #removed = new Set<string>()
  #restarts = false
  #reads = 0

  constructor(truth: Truth) {
    this.#truth = truth
  }

  /** Reads that were compared. */
  get reads(): number {
    return this.#reads
  }

  advanced(builds: Iterable<BuildId>, to: Position): void {
    for (const build of builds) {
      const key = buildKey(build)
      if ((this.#floors.get(key) ?? '') < to) this.#floors.set(key, to)
    }
  }

  /** All of its base is in. */
  filled(build: BuildId): void {
    this.#filled.add(buildKey(build))
  }

  isFilled(build: BuildId): boolean {
    return this.#filled.has(buildKey(build))
  }

  /** It was dropped or stopped, and will never be read again. */
  ended(build: BuildId): void {
    this.#gone.add(buildKey(build))
  }

  /** It is there, and stays unless somebody removes it. */
  seen(builds: Iterable<BuildId>): void {
    for (const build of builds) this.#seen.add(buildKey(build))
  }

  /** Somebody tries to remove it; without a build, all of them. */
  removes(build?: BuildId): void {
    if (build === undefined) this.#restarts = true
    else this.#removed.add(buildKey(build))
  }

  /** At the end, the builds that are there. */
  expectAll(builds: readonly BuildId[]): void {
    if (this.#restarts) return
    const there = new Set(builds.map(buildKey))
    const lost = [...this.#seen].filter((key) => !there.has(key) && !this.#removed.has(key))
    expectThat(lost.length === 0, `S8 drop removes one build and nothing else: not ${lost}`)
  }

  /** What is known before a read begins. */
  begin(): (read: ReadResult, ranges: readonly SortRange[]) => void {
    const [floors, gone, filled] = [new Map(this.#floors), new Set(this.#gone), new Set(this.#filled)]
    return (read, ranges) => {
      const { asOf, committedAt, build, counters } = read
      const key = buildKey(build)
      const whose = `build ${key} at ${asOf}`
      expectThat(!gone.has(key), `S8 a build that was dropped or stopped is not read: ${whose}`)
      expectThat(asOf >= (floors.get(key) ?? ''), `S3 asOf never goes back: ${whose}, after ${floors.get(key)}`)
      this.advanced([build], asOf)
      if (build.state === 'filling' && (!filled.has(key) || asOf < build.startsAt)) return
      expectThat(asOf >= build.startsAt, `S2 a build is not read before its start: ${whose}, from ${build.startsAt}`)
      // After a restart it is not known until the next batch.
      const isWhen = committedAt === committedAtOf(asOf) || committedAt === 0n
      expectThat(isWhen, `S2 an answer is of the time when its position was committed: ${whose}, ${committedAt}`)
      for (const [index, range] of ranges.entries()) {
        const expected = text(this.#truth.at(asOf, committedAt, build, range))
        const found = text((counters[index] ?? []).map(trimmed))
        expectThat(found === expected, `S1 S2 S9 ${whose} is exact:\n  is        ${found}\n  should be ${expected}`)
        const hasZero = counters[index]?.some(({ values }) => values.every((each) => each === 0n))
        expectThat(!hasZero, `S6 what nets to zero is absent: ${whose}`)
      }
      this.#reads += 1
    }
  }
}

export function expectThat(condition: boolean, law: string): void {
  if (!condition) throw new BrokenLaw(law)
}

/** What a store did that it must not. */
export class BrokenLaw extends Error {
  override readonly name = 'BrokenLaw'
}

const expected = new Set(['STORE_UNAVAILABLE', 'STORE_CONFLICT', 'STORE_BUILD_GONE'])

/** What a call gives, or nothing where it fails as it may among others and on a bad network. */
export async function attempt<Result>(call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof MillraceError && expected.has(error.code)) return undefined
    throw error
  }
}
