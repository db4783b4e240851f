import type { ChangeStream } from '../replication/change-stream.ts'
import { type Position, type ReportStore, type UnfitBuild, UnfitCounters } from '../store/report-store.ts'
import { idText } from './active-build.ts'
import type { Observe } from './fold-event.ts'
import type { ClosedBatch } from './open-batch.ts'
import { isCode, patiently } from './patiently.ts'

export interface StoreWriterOptions {
  readonly store: ReportStore
  readonly stream: string
  readonly changes: ChangeStream
  readonly observe: Observe
  readonly signal: AbortSignal
  /** Stops builds in the store, which cannot hold their counters. */
  readonly stopUnfit: (builds: readonly UnfitBuild[]) => Promise<void>
  /** Told whenever a batch has ended, well or badly. */
  readonly onEnd: () => void
}

/** Gives batches to the store, one at a time; what the store has is acknowledged, and nothing else (R1). */
export class StoreWriter {
  readonly #options: StoreWriterOptions
  #position: Position
  #writing: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined
  readonly #waiting = new Set<() => void>()

  constructor(options: StoreWriterOptions, position: Position) {
    this.#options = options
    this.#position = position
  }

  /** How far the store has come. */
  get position(): Position {
    return this.#position
  }

  get isWriting(): boolean {
    return this.#writing !== undefined
  }

  /** Whether somebody waits for a position. */
  get isAwaited(): boolean {
    return this.#waiting.size > 0
  }

  get failure(): { readonly error: unknown } | undefined {
    return this.#failure
  }

  /** Until the batch that is written has ended. */
  async idle(): Promise<void> {
    await this.#writing
  }

  /** Nothing more comes: who waits for a position is told. */
  fail(error: unknown): void {
    this.#failure ??= { error }
    this.#tellWaiting()
  }

  write(closed: ClosedBatch): void {
    this.#writing = this.#apply(closed)
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.#writing = undefined
        this.#options.onEnd()
      })
  }

  /** Until the store has come there. Rejects with why it will not. */
  async reached(position: Position): Promise<void> {
    while (this.#position < position) {
      if (this.#failure !== undefined) throw this.#failure.error
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve)
      })
    }
  }

  async #apply(closed: ClosedBatch): Promise<void> {
    const { changes, observe, stopUnfit } = this.#options
    const began = performance.now()
    try {
      const stopped = new Set<string>()
      for (;;) {
        const unfit = await this.#tryToApply(closed)
        if (unfit === undefined) break
        // Whoever is named again was not in the way, or cannot be stopped.
        if (unfit.builds.every(({ build }) => stopped.has(idText(build)))) throw unfit
        for (const { build } of unfit.builds) stopped.add(idText(build))
        await stopUnfit(unfit.builds)
      }
    } finally {
      await closed.discard()
    }
    this.#position = closed.to
    changes.acknowledge(closed.to)
    const { to: position, committedAt, changes: count, counters, spilledBytes } = closed
    const milliseconds = performance.now() - began
    observe({ type: 'batch', position, committedAt, changes: count, counters, milliseconds, spilledBytes })
    this.#tellWaiting()
  }

  /** Once it is in, undefined; otherwise which builds the store cannot hold any more, for whose sake nobody else is to wait. */
  #tryToApply(closed: ClosedBatch): Promise<UnfitCounters | undefined> {
    const { store, stream } = this.#options
    return patiently(this.#options, async (isRepeated) => {
      try {
        await store.apply(stream, closed.again())
      } catch (error) {
        if (error instanceof UnfitCounters) return error
        if (!isRepeated || !isCode(error, 'STORE_CONFLICT')) throw error
        // It was in already when the answer was lost.
        const { position, epoch } = await store.progress(stream)
        if (position !== closed.to || epoch !== closed.epoch) throw error
      }
      return undefined
    })
  }

  #tellWaiting(): void {
    for (const waiting of this.#waiting) waiting()
    this.#waiting.clear()
  }
}
