import { AsyncLocalStorage } from 'node:async_hooks'
import { Temporal } from 'temporal-polyfill'

const held = new AsyncLocalStorage<Temporal.Instant>()

/** The clock that Millrace is given: that of the machine, except while two engines are asked about one moment. */
export const now = (): Temporal.Instant => held.getStore() ?? Temporal.Now.instant()

/** What is read inside is read as of one moment: "this month so far" ends at the same microsecond each time. */
export const atOneMoment = <Result>(work: () => Promise<Result>): Promise<Result> =>
  held.run(Temporal.Now.instant(), work)
