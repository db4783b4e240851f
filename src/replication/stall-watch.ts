import type pg from 'pg'
import { inspectSlot } from './slot.ts'

/**
 * Looks after a reader that does not take what it is sent. A server that wants to end such a connection cannot: it waits until it
 * has told the reader so. And whoever wants the connection ended waits with it, also the host's checkpoint that is about to give
 * up the slot. So the reader leaves by itself: as soon as the slot may be given up, and after a while in any case.
 */
export class StallWatch {
  readonly #companion: pg.Client
  readonly #slot: string
  readonly #patienceMilliseconds: number
  readonly #leave: (error: Error) => void
  #since: number | undefined
  #isAsking = false

  constructor(companion: pg.Client, slot: string, patienceMilliseconds: number, leave: (error: Error) => void) {
    this.#companion = companion
    this.#slot = slot
    this.#patienceMilliseconds = patienceMilliseconds
    this.#leave = leave
  }

  /** To be called about every second, and whenever something is taken. */
  look(isStalled: boolean): void {
    if (!isStalled) {
      this.#since = undefined
      return
    }
    this.#since ??= performance.now()
    if (performance.now() - this.#since > this.#patienceMilliseconds)
      this.#leave(new Error('nothing was taken from the stream for too long'))
    else void this.#ask()
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    try {
      const slot = await inspectSlot(this.#companion, this.#slot)
      if (this.#since === undefined) return
      if (slot?.walStatus === 'unreserved' || slot?.walStatus === 'lost')
        this.#leave(new Error('nothing is taken from the stream, and its slot is about to be lost'))
    } catch {
      // The stream ends with its companion.
    } finally {
      this.#isAsking = false
    }
  }
}
