import { MillraceError } from '../../errors.ts'
import type { BuildId } from '../report-store.ts'
import { changeListing, type Entry, isThere } from './directory.ts'
import { readMarks, removeMarks } from './marks.ts'
import { settledStream } from './open-builds.ts'
import { eachOf } from './places.ts'
import type { TableClient } from './table-client.ts'

export async function makeReady(table: TableClient, stream: string, build: BuildId): Promise<void> {
  const state = await settledStream(table, stream)
  const { position } = state.progress
  await changeListing(table, stream, build, (entries) => {
    const found = entries.find((entry) => entry.number === build.number && isThere(entry, state))
    if (found === undefined || found.state === 'stopped')
      throw new MillraceError('STORE_BUILD_GONE', `build ${build.number} was dropped or stopped`)
    if (found.state === 'ready') return undefined
    if (position < found.startsAt)
      throw new MillraceError('STORE_CONFLICT', `the stream is at ${position}, before ${found.startsAt}`)
    const since = table.clock.now()
    return entries.map((entry): Entry => {
      if (entry.number === build.number) return { ...entry, state: 'ready', since }
      return entry.state === 'ready' ? { ...entry, state: 'replaced', since } : entry
    })
  })
}

export async function retireBuild(table: TableClient, stream: string, build: BuildId): Promise<void> {
  await settledStream(table, stream)
  await changeBuild(table, stream, build, (entry) =>
    entry.state === 'ready' ? { ...entry, state: 'replaced', since: table.clock.now() } : undefined,
  )
}

export async function stopBuilds(
  table: TableClient,
  stream: string,
  builds: readonly BuildId[],
  detail: string,
): Promise<void> {
  const { progress } = await settledStream(table, stream)
  const marks = await readMarks(
    table,
    stream,
    builds.map(({ number }) => number),
  )
  const stopped: number[] = []
  await eachOf(builds, 16, (build) =>
    changeBuild(table, stream, build, (entry) => {
      stopped.push(entry.number)
      if (entry.state === 'stopped') return undefined
      const mark = marks.at(progress.position, entry)
      const changedAt = mark.changed === 'at' ? mark.position : entry.startsAt
      return { ...entry, state: 'stopped', since: table.clock.now(), detail, changedAt }
    }),
  )
  // From here on batches leave it out.
  await removeMarks(table, stream, [...new Set(stopped)])
}

async function changeBuild(
  table: TableClient,
  stream: string,
  build: BuildId,
  change: (entry: Entry) => Entry | undefined,
): Promise<void> {
  await changeListing(table, stream, build, (entries) => {
    const found = entries.find(({ number }) => number === build.number)
    const changed = found && change(found)
    return changed && entries.map((entry) => (entry === found ? changed : entry))
  })
}
