/** So many things at once; whoever comes later waits for its turn. */
export class Places {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(places: number) {
    this.#free = places
  }

  async take(): Promise<void> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  give(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free += 1
    else next()
  }
}

/** Does the same with each, so many at once. The first failure ends it, once what is under way has ended. */
export async function eachOf<Value>(
  values: Iterable<Value>,
  atOnce: number,
  work: (value: Value) => Promise<void>,
): Promise<void> {
  const iterator = values[Symbol.iterator]()
  let failure: { readonly error: unknown } | undefined
  const next = async (): Promise<void> => {
    while (failure === undefined) {
      const each = iterator.next()
      if (each.done === true) return
      try {
        await work(each.value)
      } catch (error) {
        failure ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, next))
  if (failure !== undefined) throw failure.error
}
