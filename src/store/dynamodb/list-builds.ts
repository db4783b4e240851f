import type { Build, Position } from '../report-store.ts'
import type { Definitions } from './definitions.ts'
import { type Entry, isThere, type Listing, readAllListings } from './directory.ts'
import { readMarks } from './marks.ts'
import { persist } from './persist.ts'
import { readStream, type StreamState } from './progress-item.ts'
import type { TableClient } from './table-client.ts'

export interface ListedBuild {
  readonly tenant: string
  readonly report: string
  readonly entry: Entry
}

/** All builds of a stream, in the order of their numbers, together with the state in which they are these. */
export async function readDirectory(
  table: TableClient,
  stream: string,
): Promise<{ readonly state: StreamState; readonly builds: readonly ListedBuild[] }> {
  return persist(async () => {
    const before = await readStream(table, stream)
    if (!before.isThere) return { state: before, builds: [] }
    const listings = await readAllListings(table, stream)
    const state = await readStream(table, stream)
    // Several builds come at once, and so do they go.
    const isSame =
      before.progress.epoch === state.progress.epoch &&
      before.opening === state.opening &&
      before.firstNumber === state.firstNumber
    return isSame ? { state, builds: buildsOf(listings, state) } : undefined
  }, 'the builds of the stream are being changed')
}

export function buildsOf(listings: readonly Listing[], state: StreamState): ListedBuild[] {
  const builds = listings.flatMap(({ tenant, report, entries }) =>
    entries.filter((entry) => isThere(entry, state)).map((entry) => ({ tenant, report, entry })),
  )
  return builds.sort((a, b) => a.entry.number - b.entry.number)
}

export async function listBuilds(
  table: TableClient,
  definitions: Definitions,
  stream: string,
): Promise<readonly Build[]> {
  return persist(async () => {
    const { builds } = await readDirectory(table, stream)
    if (builds.length === 0) return []
    const ids = builds.map(({ tenant, report, entry }) => ({ tenant, report, number: entry.number }))
    const known = await definitions.of(stream, ids)
    const { progress } = await readStream(table, stream)
    const marks = await readMarks(
      table,
      stream,
      builds.map(({ entry }) => entry.number),
    )
    const listed: Build[] = []
    for (const [index, { tenant, report, entry }] of builds.entries()) {
      const definition = known[index]
      const mark = marks.at(progress.position, entry)
      if (entry.state !== 'stopped' && mark.changed === 'later') return undefined
      // Dropped or stopped meanwhile.
      if (definition === undefined || (entry.state !== 'stopped' && mark.changed === 'gone')) return undefined
      const changedAt = mark.changed === 'at' ? mark.position : entry.startsAt
      listed.push({ ...buildOf(tenant, report, entry, entry.changedAt ?? changedAt), ...definition })
    }
    return listed
  }, 'the stream moved on while its builds were read')
}

export function buildOf(
  tenant: string,
  report: string,
  { number, fingerprint, startsAt, state, since, detail }: Entry,
  changedAt: Position,
): Omit<Build, 'definition' | 'facts'> {
  const told = detail === undefined ? {} : { detail }
  return { tenant, report, number, fingerprint, startsAt, state, since, ...told, changedAt }
}
