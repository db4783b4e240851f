import fc from 'fast-check'
import { history } from './history.ts'
import type { OpenedStore } from './opened-store.ts'
import { playHistory } from './play-history.ts'

export interface HistoryOptions {
  /** How many. */
  readonly histories: number
  /** Of the generator; random unless given. A failure names the one that it had. */
  readonly seed?: number
}

/** Plays generated histories. Throws with the seed, the history and the law that the store broke. Gives the answers that were compared. */
export async function checkHistories(opened: OpenedStore, { histories, seed }: HistoryOptions): Promise<number> {
  let reads = 0
  const { store } = opened
  const other = await opened.another()
  const sides = { store, other, interrupt: opened.interrupt?.bind(opened) }
  const property = fc.asyncProperty(history, async (each) => {
    reads += await playHistory(sides, each)
  })
  // What happens at once happens in another order the next time: a smaller history proves little.
  try {
    await fc.assert(property, { numRuns: histories, endOnFailure: true, ...(seed !== undefined && { seed }) })
  } finally {
    if (other !== store) await other.close()
  }
  return reads
}
