import { fillingOf } from '../keys.ts'
import type { FillingBuild } from '../report-store.ts'
import { readTenantListings } from './directory.ts'
import { buildsOf } from './list-builds.ts'
import { readStream } from './progress-item.ts'
import type { TableClient } from './table-client.ts'

/** One query for each tenant, and one read that tells how far they have come. */
export async function listFillings(
  table: TableClient,
  stream: string,
  tenants: readonly string[],
): Promise<readonly FillingBuild[]> {
  const listings = await Promise.all([...new Set(tenants)].map((tenant) => readTenantListings(table, stream, tenant)))
  const state = await readStream(table, stream)
  return buildsOf(listings.flat(), state)
    .filter(({ entry }) => entry.state === 'filling')
    .map(({ tenant, report, entry: { number, fingerprint } }) => ({
      ...{ tenant, report, number, fingerprint },
      ...fillingOf(state.progress.filling, number),
    }))
}
