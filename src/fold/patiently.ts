import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../errors.ts'
import type { Observe } from './fold-event.ts'

export const isCode = (error: unknown, code: MillraceError['code']): error is MillraceError =>
  error instanceof MillraceError && error.code === code

/**
 * Asks the store again for as long as it cannot be reached: meanwhile nothing is lost and memory stays bounded. `work` is told
 * whether it was tried before, since what it did then may be in.
 */
export async function patiently<Result>(
  { observe, signal }: { readonly observe: Observe; readonly signal: AbortSignal },
  work: (isRepeated: boolean) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work(attempt > 0)
    } catch (error) {
      if (!isCode(error, 'STORE_UNAVAILABLE') || signal.aborted) throw error
      observe({ type: 'trouble', about: 'store', detail: error.detail })
      await delay(Math.min(100 * 2 ** attempt, 5_000), undefined, { signal })
    }
  }
}
