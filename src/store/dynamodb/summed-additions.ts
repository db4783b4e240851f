import { addVectors } from '../keys.ts'
import type { BaseAddition } from '../report-store.ts'
import { SpilledAdditions } from './spilled-additions.ts'

/** What a batch or a chunk of a base adds to one counter, in all. */
export interface Sum {
  readonly build: number
  readonly sort: string
  readonly by: readonly bigint[]
  readonly expiresAt: number | undefined
}

/** By key. */
type Vectors = Map<string, Pick<Sum, 'by' | 'expiresAt'>>

/**
 * Additions, summed for each counter, since an item is written once. What memory is not to hold is on disk, parted by counter: at most
 * `memoryBytes` while they are collected, and a part of all of them, an sixty-fourth, while they are given out.
 */
export class SummedAdditions {
  readonly #memoryBytes: number
  #builds = new Map<number, Vectors>()
  readonly #touched = new Set<number>()
  #bytes = 0
  #spilled: SpilledAdditions | undefined

  constructor(memoryBytes: number) {
    this.#memoryBytes = memoryBytes
  }

  /** Builds that something was added to. */
  get touched(): readonly number[] {
    return [...this.#touched].sort((a, b) => a - b)
  }

  get isFull(): boolean {
    return this.#bytes > this.#memoryBytes
  }

  add(build: number, { sort, by, expiresAt }: BaseAddition): void {
    this.#touched.add(build)
    let vectors = this.#builds.get(build)
    if (vectors === undefined) {
      vectors = new Map()
      this.#builds.set(build, vectors)
    }
    const known = vectors.get(sort)
    // In V8 a number of any size takes 24 bytes at least, an entry about 100.
    if (known === undefined) this.#bytes += 100 + 2 * sort.length + 24 * by.length
    vectors.set(sort, { by: known === undefined ? by : addVectors(known.by, by), expiresAt })
  }

  /** Puts what memory holds on disk. */
  async spill(): Promise<void> {
    this.#spilled ??= await SpilledAdditions.create()
    await this.#spilled.write(inMemory(this.#builds))
    this.#builds = new Map()
    this.#bytes = 0
  }

  /** Each counter once, in parts; a part is in memory as a whole. */
  async *parts(): AsyncGenerator<Iterable<Sum>> {
    if (this.#spilled === undefined) {
      yield inMemory(this.#builds)
      return
    }
    await this.spill()
    for await (const part of this.#spilled.parts()) {
      for (const { build, ...addition } of part) this.add(build, addition)
      yield inMemory(this.#builds)
      this.#builds = new Map()
      this.#bytes = 0
    }
  }

  async discard(): Promise<void> {
    this.#builds = new Map()
    await this.#spilled?.remove()
  }
}

function* inMemory(builds: ReadonlyMap<number, Vectors>): Generator<Sum> {
  for (const [build, vectors] of builds) {
    for (const [sort, { by, expiresAt }] of vectors) yield { build, sort, by, expiresAt }
  }
}
