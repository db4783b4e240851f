import { vi } from 'vitest'

/** Until it holds; for so long that a machine with much else to do comes to it, too. */
export const eventually = <Result>(holds: () => Result | Promise<Result>): Promise<Result> =>
  vi.waitFor(holds, { timeout: 30_000, interval: 10 })
