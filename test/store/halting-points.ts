/** Where a write of a store is held up. */
export const haltingPoints = ['at its fence', 'among its counters', 'committed, and not told'] as const
export type HaltingPoint = (typeof haltingPoints)[number]
