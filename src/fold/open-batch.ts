import type { Addition, Batch, Position } from '../store/report-store.ts'
import { type ActiveBuild, idOf } from './active-build.ts'
import { Spill } from './spill.ts'

/** A closed batch, as often as a store needs it. */
export interface ClosedBatch {
  readonly to: Position
  readonly epoch: number
  readonly committedAt: bigint
  readonly changes: number
  readonly counters: number
  readonly spilledBytes: number
  /** Fresh each time: a store reads additions once, and may have to be asked again. */
  again(): Batch
  /** Takes what it holds off the disk. */
  discard(): Promise<void>
}

/** What the changes since the last batch amount to; closed between two transactions. */
export class OpenBatch {
  readonly from: Position
  to: Position
  committedAt: bigint
  changes = 0
  readonly #touched = new Set<ActiveBuild>()
  readonly #spillFolder: string | undefined
  #spill: Spill | undefined

  constructor(from: Position, committedAt: bigint, spillFolder: string | undefined) {
    this.from = from
    this.to = from
    this.committedAt = committedAt
    this.#spillFolder = spillFolder
  }

  touch(active: ActiveBuild): void {
    this.#touched.add(active)
  }

  /** What they added is not to be in the batch. */
  forget(builds: Iterable<ActiveBuild>): void {
    for (const active of builds) {
      active.counters.clear()
      this.#touched.delete(active)
    }
  }

  get hasAdditions(): boolean {
    return this.#touched.size > 0 || this.#spill !== undefined
  }

  get bytes(): number {
    let bytes = 0
    for (const { counters } of this.#touched) bytes += counters.bytes
    return bytes
  }

  /** Puts what memory holds on disk. */
  async spill(): Promise<void> {
    this.#spill ??= await Spill.create(this.#spillFolder)
    for (const active of this.#touched) {
      await this.#spill.write(active.build, active.counters)
      active.counters.clear()
    }
    this.#touched.clear()
  }

  /** The builds start anew with the next batch. */
  close(epoch: number, source: string): ClosedBatch {
    const parts = [...this.#touched].map((active) => ({ build: idOf(active.build), counters: active.takeCounters() }))
    this.#touched.clear()
    const { from, to, committedAt } = this
    const spill = this.#spill
    async function* additions(): AsyncGenerator<Addition> {
      yield* inMemory()
      if (spill !== undefined) yield* spill
    }
    function* inMemory(): Generator<Addition> {
      for (const { build, counters } of parts) {
        for (const { sort, by, expiresAt } of counters) yield { build, sort, by, expiresAt }
      }
    }
    return {
      to,
      epoch,
      committedAt,
      changes: this.changes,
      counters: parts.reduce((sum, { counters }) => sum + counters.size, 0),
      spilledBytes: spill?.bytes ?? 0,
      again: () => ({
        from,
        to,
        epoch,
        committedAt,
        source,
        additions: spill === undefined ? inMemory() : additions(),
      }),
      discard: async () => spill?.remove(),
    }
  }
}
