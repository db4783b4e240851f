import { format, type Item, number, numberOf, refuseNewer, text, textOf } from './attributes.ts'
import { isThere, readAllListings } from './directory.ts'
import { buildOfPartition, buildPartition, goneKey, gonePartition, hashOf, type ItemKey } from './item-keys.ts'
import { removeMarks } from './marks.ts'
import { eachOf } from './places.ts'
import { readStream } from './progress-item.ts'
import { keyOf, type TableClient } from './table-client.ts'

/*
 * A build that was dropped is noted under its number for an hour, so that what is left of it is found, should whoever drops it end, and what a
 * request that is under way writes to it late. The note does not name its tenant, of whom nothing else may be left: it has a hash, by which
 * whoever knows the tenant finds the build's partition keys.
 */

/** Seconds after which a note expires that no worker has come to. */
const longestKept = 7 * 86_400

export interface GoneBuild {
  readonly tenant: string
  readonly number: number
  readonly shards: number
}

export async function writeGone(table: TableClient, stream: string, build: GoneBuild): Promise<void> {
  const now = table.clock.now()
  await table.put(
    { purpose: 'sweep', key: goneKey(stream, build.number) },
    {
      item_format: number(format),
      tenant_hash: text(hashOf(build.tenant)),
      shard_count: number(build.shards),
      gone_at: number(now),
      expires_at: number(Math.ceil(now / 1_000) + longestKept),
    },
  )
}

/** Undefined where it is not noted that this tenant had such a build. */
export async function readGone(
  table: TableClient,
  stream: string,
  { tenant, number }: { readonly tenant: string; readonly number: number },
): Promise<GoneBuild | undefined> {
  const item = await table.get('sweep', goneKey(stream, number))
  if (item === undefined) return undefined
  const note = noteOf(item)
  return note.tenantHash === hashOf(tenant) ? { tenant, number, shards: note.shards } : undefined
}

interface Note {
  readonly key: ItemKey
  readonly number: number
  readonly tenantHash: string
  readonly shards: number
  readonly goneAt: number
}

function noteOf(item: Item): Note {
  refuseNewer(item)
  const key = keyOf(item)
  return {
    key,
    number: Number(key.sk),
    tenantHash: textOf(item, 'tenant_hash') ?? '',
    shards: numberOf(item, 'shard_count') ?? 1,
    goneAt: numberOf(item, 'gone_at') ?? 0,
  }
}

/** Deletes every item of a build. */
export async function sweepBuild(table: TableClient, stream: string, build: GoneBuild): Promise<void> {
  for (let shard = 0; shard < build.shards; shard++) {
    const pk = buildPartition(stream, build, shard)
    let start: ItemKey | undefined
    do {
      const page = await table.query({ purpose: 'sweep', pk, start, keysOnly: true })
      await deleteAll(table, page.items.map(keyOf))
      start = page.next
    } while (start !== undefined)
  }
}

async function deleteAll(table: TableClient, keys: readonly ItemKey[]): Promise<void> {
  const chunks: (readonly ItemKey[])[] = []
  for (let at = 0; at < keys.length; at += 25) chunks.push(keys.slice(at, at + 25))
  await eachOf(chunks, 8, (chunk) => table.deleteMany('sweep', chunk))
}

export interface SweepOptions {
  readonly table: TableClient
  /** Those that this process has come upon. */
  readonly tenants: Iterable<string>
  /** Milliseconds after which nothing can come any more that was sent before. */
  readonly horizonMilliseconds: number
  readonly isEnded: () => boolean
}

/**
 * Deletes what came late to builds that were dropped so long ago that nothing can come any more; and what is left of those whose drop
 * was broken off.
 */
export async function sweepAgain(options: SweepOptions, stream: string): Promise<void> {
  const { table, tenants, horizonMilliseconds } = options
  const notes = (await table.queryAll({ purpose: 'sweep', pk: gonePartition(stream) })).map(noteOf)
  const due = notes.filter(({ goneAt }) => goneAt <= table.clock.now() - horizonMilliseconds)
  if (due.length === 0) return
  const state = await readStream(table, stream)
  const listings = await readAllListings(table, stream)
  const names = new Map([...tenants, ...listings.map(({ tenant }) => tenant)].map((name) => [hashOf(name), name]))
  // Whoever was about to drop one may have ended before it did.
  const kept = new Set(
    listings.flatMap(({ entries }) => entries.filter((entry) => isThere(entry, state)).map((entry) => entry.number)),
  )
  const unnamed: Note[] = []
  for (const note of due) {
    const tenant = names.get(note.tenantHash)
    if (!kept.has(note.number)) {
      await removeMarks(table, stream, [note.number])
      if (tenant === undefined) {
        unnamed.push(note)
        continue
      }
      await sweepBuild(table, stream, { tenant, number: note.number, shards: note.shards })
    }
    await deleteNote(table, note)
  }
  if (unnamed.length > 0 && (await sweepUnnamed(options, stream, unnamed)))
    for (const note of unnamed) await deleteNote(table, note)
}

/** Unless it was dropped once more meanwhile. */
async function deleteNote(table: TableClient, { key, goneAt }: Note): Promise<void> {
  await table.delete({ purpose: 'sweep', key, condition: 'gone_at = :at', values: { ':at': number(goneAt) } })
}

/**
 * Of tenants whose name nobody knows any more: they have gone, and so has the worker that wrote for them. Only the whole table tells whether
 * anything is left of them. False where it could not be looked through.
 */
async function sweepUnnamed(
  { table, isEnded }: SweepOptions,
  stream: string,
  notes: readonly Note[],
): Promise<boolean> {
  const numbers = new Set(notes.map((note) => note.number))
  try {
    for await (const keys of table.scanKeys('sweep', 't#')) {
      if (isEnded()) return false
      const left = keys.filter(({ pk }) => numbers.has(buildOfPartition(stream, pk) ?? 0))
      await deleteAll(table, left)
    }
    return true
  } catch {
    // Its role may lack the permission to scan: it is tried again later.
    return false
  }
}
