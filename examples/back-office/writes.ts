/**
 * The host's transactions, one beside the other as they come. What compares two engines at one position holds them up for as long
 * as it asks both.
 */
export class Writes {
  #running = 0
  #held: Promise<void> | undefined
  #wake: (() => void) | undefined

  async run<Result>(transaction: () => Promise<Result>): Promise<Result> {
    while (this.#held !== undefined) await this.#held
    this.#running++
    try {
      return await transaction()
    } finally {
      this.#running--
      if (this.#running === 0) this.#wake?.()
    }
  }

  /** Does something while no transaction runs. Those who hold take turns. */
  async still<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#held !== undefined) await this.#held
    let release = () => {}
    this.#held = new Promise((resolve) => {
      release = resolve
    })
    try {
      if (this.#running > 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        this.#wake = undefined
      }
      return await work()
    } finally {
      this.#held = undefined
      release()
    }
  }
}
