/** A counter as it is about to be written. */
export interface WrittenCounter {
  readonly tenant: string
  readonly report: string
  readonly sort: string
  readonly values: readonly bigint[]
}

/** How a store writes counters as items, as far as money depends on it. */
export interface ItemLayout {
  /** The size of a counter's item as DynamoDB counts it, with all that the store keeps in it. */
  bytes(counter: WrittenCounter): number
  /** Write units of a flush beside its items. */
  readonly unitsPerFlush: number
  /** Read units of a reading beside its counters. */
  readonly unitsPerRead: number
}

const bytesPerWriteUnit = 1024
const bytesPerReadUnit = 4096
/** What DynamoDB adds to each item when it counts what is stored. */
const bytesStoredPerItem = 100

/** Write units of a write to an item. */
export const unitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / bytesPerWriteUnit))

/** Units of a strongly consistent query that reads so many bytes; one that finds nothing costs one, too. */
export const readUnitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / bytesPerReadUnit))

export const storedBytes = (bytes: number): number => bytes + bytesStoredPerItem
