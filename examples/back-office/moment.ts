import { AsyncLocalStorage } from 'node:async_hooks'
import { Temporal } from 'temporal-polyfill'

/** The demo's clock, which can be held for those who ask about one moment. */
export interface Moment {
  /** What Millrace is given: the clock, except while two engines are asked about one moment. */
  now(): Temporal.Instant
  /** What is read inside is read as of one moment: "this month so far" ends at the same microsecond each time. */
  atOne<Result>(work: () => Promise<Result>): Promise<Result>
}

/** `at`: milliseconds since 1970 at which the clock stands still, where it is not that of the machine. */
export function createMoment(at?: number): Moment {
  const held = new AsyncLocalStorage<Temporal.Instant>()
  const clock = () => (at === undefined ? Temporal.Now.instant() : Temporal.Instant.fromEpochMilliseconds(at))
  return {
    now: () => held.getStore() ?? clock(),
    atOne: (work) => held.run(clock(), work),
  }
}
