import { setImmediate } from 'node:timers/promises'
import { MillraceError } from '../../errors.ts'
import type { ReportStore } from '../report-store.ts'
import type { Fault } from './history.ts'

/** A store on the far side of a network, as one process sees it. */
export interface UnreliableStore {
  readonly store: ReportStore
  /** Ends when everything that was sent has arrived. */
  settled(): Promise<void>
}

/** Takes one after the other, and begins anew. */
export function cycle<Value>(values: readonly Value[], start = 0): () => Value {
  let next = start
  return () => values[next++ % values.length] as Value
}

const writes = new Set<PropertyKey>(['apply', 'restart', 'open', 'addBase', 'ready', 'retire', 'stop', 'drop'])

/** The calls of one process, each with what befalls it. */
export function unreliable(store: ReportStore, nextFault: () => Fault, nextDelay: () => number): UnreliableStore {
  const underway = new Set<Promise<unknown>>()
  const wait = async (): Promise<void> => {
    for (let turns = nextDelay(); turns > 0; turns--) await setImmediate()
  }
  const track = (call: Promise<unknown>): void => {
    const ended = call.then(
      () => {},
      () => {},
    )
    underway.add(ended)
    void ended.then(() => underway.delete(ended))
  }
  const lost = (): MillraceError => new MillraceError('STORE_UNAVAILABLE', 'the answer was lost', { retryAfter: 0 })

  async function befall(name: PropertyKey, call: (...args: unknown[]) => Promise<unknown>, args: unknown[]) {
    const fault = writes.has(name) ? nextFault() : 'none'
    await wait()
    switch (fault) {
      case 'before':
        throw lost()
      case 'after': {
        await call(...args)
        await wait()
        throw lost()
      }
      case 'late':
        track(
          setImmediate()
            .then(wait)
            .then(wait)
            .then(() => call(...args)),
        )
        throw lost()
      case 'twice':
        track(call(...args))
        break
      case 'during':
        return await call(...args.map(cutShort))
      case 'none':
        break
    }
    const result = await call(...args)
    await wait()
    return result
  }

  const proxy = new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown
      if (typeof member !== 'function') return member
      const call = async (...args: unknown[]): Promise<unknown> => member.apply(target, args)
      return (...args: unknown[]) => befall(name, call, args)
    },
  })
  return {
    store: proxy,
    settled: async () => {
      while (underway.size > 0) await Promise.all(underway)
    },
  }
}

/** Additions that end in a failure after half of them, as when the process that sends them dies. */
function cutShort(argument: unknown): unknown {
  if (Array.isArray(argument) && argument.every((each) => 'by' in each)) return half(argument)
  if (typeof argument === 'object' && argument !== null && 'additions' in argument)
    return { ...argument, additions: laterHalf(argument.additions as Iterable<unknown>) }
  return argument
}

function* half(additions: readonly unknown[]): Generator<unknown> {
  yield* additions.slice(0, Math.ceil(additions.length / 2))
  throw new MillraceError('STORE_UNAVAILABLE', 'the sender was cut off', { retryAfter: 0 })
}

async function* laterHalf(additions: Iterable<unknown>): AsyncGenerator<unknown> {
  for (const addition of half([...additions])) {
    await setImmediate()
    yield addition
  }
}
