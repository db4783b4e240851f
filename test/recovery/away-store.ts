import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../../src/errors.ts'
import type { ReportStore } from '../../src/store/report-store.ts'

/**
 * A store that cannot be reached for a while: from a call of one of its methods on, whatever it is asked. That is the first call, or
 * the first after another method was called.
 */
export function goesAway(
  store: ReportStore,
  at: keyof ReportStore,
  milliseconds: number,
  after?: keyof ReportStore,
): ReportStore {
  let since: number | undefined
  let isArmed = after === undefined
  return new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...given: unknown[]) => {
        if (name === at && isArmed) since ??= performance.now()
        if (since !== undefined && performance.now() - since < milliseconds)
          throw new MillraceError('STORE_UNAVAILABLE', 'it is away for a while')
        // Slow enough that one thing happens while another goes on.
        if (name === after) await delay(20)
        if (name === after) isArmed = true
        return await member.apply(target, given)
      }
    },
  })
}
