import type { World } from './world.ts'

/**
 * A world with as few rows as still differ, for the corpus: rows are left out in halves, then in ever smaller runs, until
 * the time is up.
 */
export async function withFewerRows(
  world: World,
  differs: (smaller: World) => Promise<boolean>,
  milliseconds: number,
): Promise<World> {
  const until = Date.now() + milliseconds
  let smallest = world
  for (const tenant of world.tenants.keys()) {
    const rowsOf = ({ tenants }: World) => tenants[tenant]?.rows ?? []
    for (let length = rowsOf(smallest).length; length >= 1; length = Math.floor(length / 2)) {
      for (let start = 0; start < rowsOf(smallest).length && Date.now() < until; ) {
        const rows = rowsOf(smallest).filter((_, at) => at < start || at >= start + length)
        const tenants = smallest.tenants.map((each, at) => (at === tenant ? { ...each, rows } : each))
        const smaller = { ...smallest, tenants }
        if (await differs(smaller)) smallest = smaller
        else start += length
      }
    }
  }
  return smallest
}
