import { MillraceError } from '../../errors.ts'
import { addVectors, buildKey, hasExpired, isBuild, isZero } from '../keys.ts'
import { type BaseAddition, type Build, type BuildId, origin, type Progress, type Request } from '../report-store.ts'

interface KeptRequest {
  readonly request: Request
  /** By the store's clock. */
  readonly endedAt?: number
}

interface KeptCounter {
  readonly values: readonly bigint[]
  readonly expiresAt: number | undefined
}

/** What a memory store holds of one stream. */
export class MemoryStream {
  progress: Progress = { position: origin, committedAt: 0n, epoch: 0, source: '' }
  builds: readonly Build[] = []
  requests: readonly KeptRequest[] = []
  nextNumber = 1
  readonly #counters = new Map<string, Map<string, KeptCounter>>()
  readonly #chunks = new Map<string, Set<string>>()

  find(build: BuildId): Build | undefined {
    return this.builds.find((each) => isBuild(each, build))
  }

  change(build: BuildId, to: Partial<Build>): void {
    this.builds = this.builds.map((each) => (isBuild(each, build) ? { ...each, ...to } : each))
  }

  counters(build: BuildId): ReadonlyMap<string, KeptCounter> {
    return this.#counters.get(buildKey(build)) ?? new Map()
  }

  add(build: BuildId, { sort, by, expiresAt }: BaseAddition): void {
    const key = buildKey(build)
    const counters = this.#counters.get(key) ?? new Map<string, KeptCounter>()
    this.#counters.set(key, counters)
    const values = addVectors(counters.get(sort)?.values ?? [], by)
    if (isZero(values)) counters.delete(sort)
    else counters.set(sort, { values, expiresAt })
  }

  /** Removes what has expired where the stream is. */
  expire(): void {
    for (const counters of this.#counters.values())
      for (const [sort, { expiresAt }] of counters)
        if (hasExpired(expiresAt, this.progress.committedAt)) counters.delete(sort)
  }

  /** False where a chunk of this name is in already. */
  addChunk(build: BuildId, name: string): boolean {
    const chunks = this.#chunks.get(buildKey(build)) ?? new Set<string>()
    this.#chunks.set(buildKey(build), chunks)
    return chunks.size < chunks.add(name).size
  }

  drop(build: BuildId): void {
    this.builds = this.builds.filter((each) => !isBuild(each, build))
    this.#counters.delete(buildKey(build))
    this.#chunks.delete(buildKey(build))
  }

  expectEpoch(epoch: number): void {
    if (this.progress.epoch === epoch) return
    throw new MillraceError('STORE_CONFLICT', `the stream is in epoch ${this.progress.epoch}, not in ${epoch}`)
  }
}
