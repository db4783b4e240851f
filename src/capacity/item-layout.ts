/** An item of a counter. */
export interface CounterItem {
  readonly tenant: string
  readonly sort: string
  /** Which part of the counter's values it holds. */
  readonly part: number
  /** In seconds since 1970, of one that does. */
  readonly expiresAt?: number | undefined
  readonly values: readonly bigint[]
  /** What the last flush added to them. */
  readonly added: readonly bigint[]
}

/** How a store writes counters as items, as far as money depends on it. */
export interface ItemLayout {
  /** A longer vector of values stands in several items. */
  readonly valuesPerItem: number
  /** The size of an item as DynamoDB counts it, with all that the store keeps in it. */
  bytes(item: CounterItem): number
  /** Write units of a flush beside its items: `changed` of `builds` have some. */
  unitsOfFlush(changed: number, builds: number): number
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

/** The parts of a vector that hold anything: each is an item. */
export function partsOf(
  { valuesPerItem }: ItemLayout,
  values: readonly bigint[],
): { readonly part: number; readonly values: readonly bigint[] }[] {
  const parts = []
  for (let part = 0; part * valuesPerItem < values.length; part++) {
    const own = values.slice(part * valuesPerItem, (part + 1) * valuesPerItem)
    if (own.some((value) => value !== 0n)) parts.push({ part, values: own })
  }
  return parts
}
