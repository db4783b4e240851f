import type { Clock } from './clock.ts'
import type { Confirm } from './request-sender.ts'

/**
 * Writes are sent only for so long after it was seen that they are still wanted, by a clock that never goes back: what may be deleted
 * a while later rests on it. Whoever still writes then has to look again.
 */
export class Confirmation {
  readonly #clock: Clock
  readonly #milliseconds: number
  readonly #look: () => Promise<void>
  #at: number
  #looking: Promise<void> | undefined

  /** `look` throws where they are not wanted any more. `at` is when somebody began to look last. */
  constructor(clock: Clock, milliseconds: number, look: () => Promise<void>, at: number) {
    this.#clock = clock
    this.#milliseconds = milliseconds
    this.#look = look
    this.#at = at
  }

  readonly confirm: Confirm = () => {
    if (this.#clock.monotonic() - this.#at <= this.#milliseconds) return undefined
    this.#looking ??= this.#lookAgain().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #lookAgain(): Promise<void> {
    const at = this.#clock.monotonic()
    await this.#look()
    this.#at = at
  }
}
