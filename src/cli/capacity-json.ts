import type { Capacity } from '../capacity/capacity.ts'
import type { GivenLoad } from '../capacity/given-load.ts'
import type { Load } from '../capacity/load.ts'
import type { Prices } from '../capacity/prices.ts'

/** What `capacity` has to tell. */
export interface ToldCapacity {
  readonly capacity: Capacity
  readonly load: Load
  /** What of the load was said, or measured; the rest are defaults. */
  readonly given: GivenLoad
  /** What of it was measured. */
  readonly measured: readonly string[]
  readonly prices: Prices
}

export const capacityJson = ({ capacity, load, measured, prices }: ToldCapacity): object => ({
  load,
  measured,
  prices,
  ...capacity,
})
