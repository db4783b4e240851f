import { MillraceError } from '../../errors.ts'
import type { BuildState, Position } from '../report-store.ts'
import { format, type Item, number, refuseNewer, text, textOf } from './attributes.ts'
import { directoryKey, directoryPartition, tenantPrefix } from './item-keys.ts'
import type { StreamState } from './progress-item.ts'
import type { TableClient } from './table-client.ts'

/** A build in the directory, but for its definition and when it changed. */
export interface Entry {
  readonly number: number
  readonly fingerprint: string
  readonly startsAt: Position
  readonly state: BuildState
  readonly since: number
  readonly shards: number
  readonly detail?: string
  /** Of one that was stopped, when it had last changed. */
  readonly changedAt?: Position
  /** It is there only if the stream says that what waits under this token is. */
  readonly waits?: string
}

/** All builds of one tenant and report: one item, changed as a whole. */
export interface Listing {
  readonly tenant: string
  readonly report: string
  readonly entries: readonly Entry[]
}

export const isThere = (entry: Entry, { firstNumber, opening }: StreamState): boolean =>
  entry.number >= firstNumber && (entry.waits === undefined || entry.waits === opening)

function listingOf(item: Item): Listing {
  refuseNewer(item)
  return JSON.parse(textOf(item, 'builds_json') as string) as Listing
}

export async function readListing(
  table: TableClient,
  stream: string,
  tenant: string,
  report: string,
): Promise<Listing> {
  const item = await table.get('builds', directoryKey(stream, tenant, report))
  return item === undefined ? { tenant, report, entries: [] } : listingOf(item)
}

export async function readTenantListings(
  table: TableClient,
  stream: string,
  tenant: string,
): Promise<readonly Listing[]> {
  const pk = directoryPartition(stream)
  return (await table.queryAll({ purpose: 'builds', pk, prefix: tenantPrefix(tenant) })).map(listingOf)
}

/** One after the other: builds that come or go meanwhile may be in it or not. */
export async function readAllListings(table: TableClient, stream: string): Promise<readonly Listing[]> {
  return (await table.queryAll({ purpose: 'builds', pk: directoryPartition(stream) })).map(listingOf)
}

/**
 * Changes all builds of a tenant and report in one step, again where somebody else was first. `change` gives undefined where nothing is
 * to be done. An item without builds is deleted.
 */
export async function changeListing(
  table: TableClient,
  stream: string,
  { tenant, report }: { readonly tenant: string; readonly report: string },
  change: (entries: readonly Entry[]) => readonly Entry[] | undefined,
): Promise<void> {
  const key = directoryKey(stream, tenant, report)
  const tokens = new Set<string>()
  for (let turn = 0; turn < 50; turn++) {
    const item = await table.get('builds', key)
    const known = item && textOf(item, 'version_token')
    // A change of ours was in already when its answer was lost.
    if (known !== undefined && tokens.has(known)) return
    const entries = change(item === undefined ? [] : listingOf(item).entries)
    if (entries === undefined) return
    const token = crypto.randomUUID()
    const write = {
      purpose: 'builds' as const,
      key,
      condition: known === undefined ? 'attribute_not_exists(pk)' : 'version_token = :known',
      ...(known !== undefined && { values: { ':known': text(known) } }),
    }
    if (entries.length === 0 && known === undefined) return
    const written =
      entries.length === 0
        ? await table.delete(write)
        : await table.put(write, {
            item_format: number(format),
            version_token: text(token),
            builds_json: text(JSON.stringify({ tenant, report, entries } satisfies Listing)),
          })
    if (written.isDone) return
    tokens.add(token)
  }
  throw new MillraceError('STORE_UNAVAILABLE', 'the builds of a report are changed by too many at once', {
    retryAfter: 1,
  })
}
