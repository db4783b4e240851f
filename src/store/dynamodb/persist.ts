import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../../errors.ts'

const turns = 12
const longestRest = 250

/**
 * Does it until it gives something: what was read while the stream moved on is read again, after a while, a few times, and is never
 * taken for an answer. Throws STORE_UNAVAILABLE.
 */
export async function persist<Result>(work: () => Promise<Result | undefined>, detail: string): Promise<Result> {
  for (let turn = 0; turn < turns; turn++) {
    const result = await work()
    if (result !== undefined) return result
    await delay(Math.random() * Math.min(4 * 2 ** turn, longestRest))
  }
  throw new MillraceError('STORE_UNAVAILABLE', detail, { retryAfter: 1 })
}
