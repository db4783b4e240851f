import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb'
import { MillraceError } from '../../errors.ts'
import type { Consumed, Purpose } from './capacity.ts'
import type { Clock } from './clock.ts'
import { Places } from './places.ts'
import { isConditionFailure, isPassing, isThrottle, storeFaultOf } from './store-fault.ts'

/** Sends it once. */
type Send = () => Promise<object>
type Operation = Consumed['operation']

export interface Answer {
  /** Undefined where a condition did not hold. */
  readonly output: object | undefined
  /** What is told of the item whose condition did not hold. */
  readonly failure?: unknown
}

/** Before each attempt: throws where what is to be sent must not be sent any more. */
export type Confirm = () => Promise<void> | undefined

export interface Sending {
  readonly operation: Operation
  readonly purpose: Purpose
  readonly confirm?: Confirm | undefined
}

export interface RequestSenderOptions {
  readonly clock: Clock
  readonly maxConcurrency: number
  readonly deadlineMilliseconds: number
  readonly observe: (consumed: Consumed) => void
}

const shortestRest = 25
const longestRest = 3_000

/**
 * Sends requests, so many at once, each again with full jitter until the deadline, and tells what each one took. Throws
 * STORE_UNAVAILABLE, STORE_LIMIT.
 */
export class RequestSender {
  readonly #options: RequestSenderOptions
  readonly #places: Places
  /** Whoever rests before the next attempt: told when the store is closed. */
  readonly #resting = new Set<() => void>()
  #isClosed = false

  constructor(options: RequestSenderOptions) {
    this.#options = options
    this.#places = new Places(options.maxConcurrency)
  }

  async send(request: Send, sending: Sending): Promise<Answer> {
    const { clock, deadlineMilliseconds } = this.#options
    const began = clock.monotonic()
    for (let attempt = 0; ; attempt++) {
      const confirming = sending.confirm?.()
      if (confirming !== undefined) await confirming
      try {
        return { output: await this.#sendOnce(request, sending) }
      } catch (error) {
        if (isConditionFailure(error)) return { output: undefined, failure: error }
        if (!isPassing(error)) throw storeFaultOf(error)
        const rest = restAfter(attempt)
        if (clock.monotonic() - began + rest > deadlineMilliseconds) throw storeFaultOf(error)
        await this.rest(rest)
      }
    }
  }

  /** Before a request is sent for what was left over of another; nothing before the first. */
  async pause(turn: number): Promise<void> {
    if (turn > 0) await this.rest(restAfter(turn))
  }

  close(): void {
    this.#isClosed = true
    for (const wake of this.#resting) wake()
  }

  /** Throws STORE_UNAVAILABLE where the store is closed meanwhile. */
  async rest(milliseconds: number): Promise<void> {
    if (!this.#isClosed) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer)
          this.#resting.delete(wake)
          resolve()
        }
        const timer = setTimeout(wake, milliseconds)
        this.#resting.add(wake)
      })
    }
    if (this.#isClosed) throw closed()
  }

  async #sendOnce(request: Send, { operation, purpose }: Sending): Promise<object> {
    await this.#places.take()
    const since = performance.now()
    const tell = (outcome: Consumed['outcome'], isThrottled: boolean, output?: object): void =>
      this.#options.observe({
        operation,
        purpose,
        ...unitsOf(operation, output),
        isThrottled,
        outcome,
        milliseconds: performance.now() - since,
      })
    try {
      if (this.#isClosed) throw closed()
      const output = await request()
      tell('done', hasLeftOver(output), output)
      return output
    } catch (error) {
      tell(isConditionFailure(error) ? 'failed' : 'error', isThrottle(error))
      throw this.#isClosed ? closed() : error
    } finally {
      this.#places.give()
    }
  }
}

const closed = (): MillraceError => new MillraceError('STORE_UNAVAILABLE', 'the store was closed')

/** Full jitter. */
const restAfter = (attempt: number): number =>
  Math.random() * Math.min(shortestRest * 2 ** Math.min(attempt, 10), longestRest)

const reading = new Set<Operation>(['GetItem', 'BatchGetItem', 'Query', 'Scan'])

function unitsOf(operation: Operation, output: object | undefined) {
  const told = (output as { ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] } | undefined)?.ConsumedCapacity
  let units = 0
  for (const each of told === undefined ? [] : [told].flat()) units += each.CapacityUnits ?? 0
  return reading.has(operation) ? { readUnits: units, writeUnits: 0 } : { readUnits: 0, writeUnits: units }
}

/** What a batch leaves over was throttled. */
function hasLeftOver(output: object): boolean {
  const { UnprocessedItems = {}, UnprocessedKeys = {} } = output as Record<string, object>
  return Object.keys(UnprocessedItems).length + Object.keys(UnprocessedKeys).length > 0
}
