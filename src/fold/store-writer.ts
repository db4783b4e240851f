import type { ChangeStream } from '../replication/change-stream.ts'
import type { Position, ReportStore } from '../store/report-store.ts'
import type { Observe } from './fold-event.ts'
import type { ClosedBatch } from './open-batch.ts'
import { isCode, patiently } from './patiently.ts'

export interface StoreWriterOptions {
  readonly store: ReportStore
  readonly stream: string
  readonly changes: ChangeStream
  readonly observe: Observe
  readonly signal: AbortSignal
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
    const { store, stream, changes, observe } = this.#options
    const began = performance.now()
    try {
      await patiently(this.#options, async (isRepeated) => {
        try {
          await store.apply(stream, closed.again())
        } catch (error) {
          if (!isRepeated || !isCode(error, 'STORE_CONFLICT')) throw error
          // It was in already when the answer was lost.
          const { position, epoch } = await store.progress(stream)
          if (position !== closed.to || epoch !== closed.epoch) throw error
        }
      })
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

  #tellWaiting(): void {
    for (const waiting of this.#waiting) waiting()
    this.#waiting.clear()
  }
}
