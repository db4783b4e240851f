import { MillraceError } from '../../errors.ts'
import type { Build, NewBuild } from '../report-store.ts'
import { number, text } from './attributes.ts'
import type { Definitions } from './definitions.ts'
import { changeListing, type Entry, readAllListings, readListing } from './directory.ts'
import { definitionKey } from './item-keys.ts'
import { buildOf } from './list-builds.ts'
import { makeMarks, removeMarks } from './marks.ts'
import { eachOf } from './places.ts'
import { readStream, type StreamState, streamStateOf, updateStream } from './progress-item.ts'
import type { TableClient } from './table-client.ts'

interface Opened extends Omit<Build, 'definition' | 'facts'> {
  readonly entry: Entry
}

/** The state of a stream in which no builds wait. */
export async function settledStream(table: TableClient, stream: string): Promise<StreamState> {
  for (;;) {
    const state = await readStream(table, stream)
    if (state.opening === undefined) return state
    await settle(table, stream, state.opening)
  }
}

/** Writes down that builds which waited are there, once the stream says so, whoever opened them. */
async function settle(table: TableClient, stream: string, token: string): Promise<void> {
  const waiting = (await readAllListings(table, stream)).filter(({ entries }) =>
    entries.some(({ waits }) => waits === token),
  )
  await eachOf(waiting, 16, (listing) => admit(table, stream, listing, token))
  await endOpening(table, stream, token)
}

async function admit(
  table: TableClient,
  stream: string,
  of: { readonly tenant: string; readonly report: string },
  token: string,
): Promise<void> {
  await changeListing(table, stream, of, (entries) =>
    entries.some(({ waits }) => waits === token)
      ? entries.map(({ waits, ...entry }) => (waits === undefined || waits === token ? entry : { ...entry, waits }))
      : undefined,
  )
}

async function endOpening(table: TableClient, stream: string, token: string): Promise<void> {
  await updateStream(table, stream, 'REMOVE opening_token', 'opening_token = :token', { ':token': text(token) })
}

const longestOpening = 600_000

export interface OpenOptions {
  readonly table: TableClient
  readonly definitions: Definitions
  readonly shards: (report: string) => number
}

/**
 * All that belongs to the builds is written first, and waits; one conditional update of the stream's item makes all of them real and
 * raises the epoch; then each is written down as one that is there.
 */
export async function openBuilds(
  { table, definitions, shards }: OpenOptions,
  stream: string,
  builds: readonly NewBuild[],
  epoch: number,
): Promise<readonly Build[]> {
  const began = table.clock.monotonic()
  refuseOpening(await settledStream(table, stream), builds, epoch)
  const first = await reserveNumbers(table, stream, builds.length)
  const token = crypto.randomUUID()
  const since = table.clock.now()
  const opened = builds.map(({ tenant, report, fingerprint, startsAt }, index): Opened => {
    const spread = Math.max(1, Math.trunc(shards(report)))
    const entry: Entry = {
      ...{ number: first + index, fingerprint, startsAt, state: 'filling', since, shards: spread, waits: token },
    }
    return { ...buildOf(tenant, report, entry, startsAt), entry }
  })
  const listings = byReport(opened)
  await makeMarks(
    table,
    stream,
    opened.map((each) => each.number),
  )
  await eachOf(opened.entries(), 16, async ([index, build]) =>
    definitions.write(stream, build, builds[index] as NewBuild),
  )
  await eachOf(listings, 16, async (those) =>
    changeListing(table, stream, those[0] as Opened, (entries) => [
      ...entries.filter((each) => !those.some((one) => one.number === each.number)),
      ...those.map(({ entry }) => entry),
    ]),
  )
  // What waits for longer is taken for what a process left behind that has ended.
  if (table.clock.monotonic() - began > longestOpening) {
    await forget(table, stream, opened, token)
    throw new MillraceError('STORE_UNAVAILABLE', 'it took too long to record the builds', { retryAfter: 10 })
  }
  const last = builds.map(({ startsAt }) => startsAt).reduce((a, b) => (a < b ? a : b), 'g')
  const recorded = await updateStream(
    table,
    stream,
    'SET stream_epoch = :next, opening_token = :token',
    'stream_epoch = :epoch AND stream_position <= :last AND attribute_not_exists(opening_token)',
    { ':epoch': number(epoch), ':next': number(epoch + 1), ':token': text(token), ':last': text(last) },
  )
  if (!recorded.isDone && !(await isRecorded(table, stream, opened[0], token))) {
    await forget(table, stream, opened, token)
    refuseOpening(await readStream(table, stream), builds, epoch)
    throw new MillraceError('STORE_CONFLICT', 'other builds are recorded at the same time')
  }
  await eachOf(listings, 16, (those) => admit(table, stream, those[0] as Opened, token))
  await endOpening(table, stream, token)
  return opened.map(({ entry: _, ...build }, index) => {
    const { definition, facts } = builds[index] as NewBuild
    return { ...build, definition, facts }
  })
}

function refuseOpening({ progress }: StreamState, builds: readonly NewBuild[], epoch: number): void {
  const { position } = progress
  if (progress.epoch !== epoch)
    throw new MillraceError('STORE_CONFLICT', `the stream is in epoch ${progress.epoch}, not in ${epoch}`)
  const late = builds.find(({ startsAt }) => startsAt < position)
  if (late !== undefined)
    throw new MillraceError('STORE_CONFLICT', `the stream is at ${position}, past ${late.startsAt}`)
}

function byReport(opened: readonly Opened[]): Opened[][] {
  const reports = new Map<string, Opened[]>()
  for (const build of opened) {
    const key = JSON.stringify([build.tenant, build.report])
    const those = reports.get(key)
    if (those === undefined) reports.set(key, [build])
    else those.push(build)
  }
  return [...reports.values()]
}

/** Numbers that nobody else has; those of an answer that was lost are never used. */
async function reserveNumbers(table: TableClient, stream: string, count: number): Promise<number> {
  const reserved = await updateStream(
    table,
    stream,
    'SET next_number = next_number + :count',
    'attribute_exists(next_number)',
    { ':count': number(count) },
  )
  return streamStateOf(reserved.item).nextNumber - count
}

/** Whether the answer was lost that said so. */
async function isRecorded(
  table: TableClient,
  stream: string,
  build: Opened | undefined,
  token: string,
): Promise<boolean> {
  if ((await readStream(table, stream)).opening === token) return true
  if (build === undefined) return false
  const { entries } = await readListing(table, stream, build.tenant, build.report)
  return entries.some(({ number: each, waits }) => each === build.number && waits === undefined)
}

/** What waited for nothing. */
async function forget(table: TableClient, stream: string, opened: readonly Opened[], token: string): Promise<void> {
  await eachOf(opened, 16, async (build) => {
    await changeListing(table, stream, build, (entries) =>
      entries.some(({ waits }) => waits === token) ? entries.filter(({ waits }) => waits !== token) : undefined,
    )
  })
  await removeMarks(
    table,
    stream,
    opened.map((each) => each.number),
  )
  await table.deleteMany(
    'sweep',
    opened.map((build) => definitionKey(stream, build)),
  )
}
