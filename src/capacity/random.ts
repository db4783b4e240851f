/** Numbers that look random and are the same for the same seed. */
export class Random {
  #state: number

  /** `parts` tell one stream of numbers from the others of a seed, so that what is drawn of one thing does not depend on another. */
  constructor(seed: number, ...parts: readonly (string | number)[]) {
    this.#state = hashOf(`${seed}\n${parts.join('\n')}`)
  }

  /** From 0, included, to 1, excluded (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  below(count: number): number {
    return Math.floor(this.next() * count)
  }

  /** How long until something happens that happens every `mean` on average. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next())
  }

  /** How often something happens that happens `mean` times on average. */
  poisson(mean: number): number {
    if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.#normal()))
    const limit = Math.exp(-mean)
    let [count, product] = [0, this.next()]
    for (; product > limit; count++) product *= this.next()
    return count
  }

  /** The same where it happened at least once. */
  poissonAboveZero(mean: number): number {
    if (mean > 2) {
      for (;;) {
        const count = this.poisson(mean)
        if (count > 0) return count
      }
    }
    let probability = (mean * Math.exp(-mean)) / -Math.expm1(-mean)
    let [count, rest] = [1, this.next()]
    while (rest > probability && probability > 0) {
      rest -= probability
      count++
      probability *= mean / count
    }
    return count
  }

  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash
}
