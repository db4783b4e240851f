import { MillraceError } from '../../errors.ts'
import type { BuildId, Position, Progress } from '../report-store.ts'
import { number, text } from './attributes.ts'
import { changeListing, isThere, readAllListings, readListing } from './directory.ts'
import { type GoneBuild, readGone, sweepBuild, writeGone } from './gone-builds.ts'
import { firstOfMarks } from './item-keys.ts'
import { removeMarks } from './marks.ts'
import { settledStream } from './open-builds.ts'
import { eachOf } from './places.ts'
import { readStream, updateStream } from './progress-item.ts'
import type { TableClient } from './table-client.ts'

interface Dropped extends BuildId, GoneBuild {}

/**
 * From the change of the directory on it is not there to be read; who reads it just then finds its mark gone. Then everything of it is
 * deleted. What a request that is still under way writes after that is found later: see `sweepAgain`; or when it is dropped once more.
 */
export async function dropBuild(table: TableClient, stream: string, build: BuildId): Promise<void> {
  await settledStream(table, stream)
  const { entries } = await readListing(table, stream, build.tenant, build.report)
  const found = entries.find((entry) => entry.number === build.number)
  if (found !== undefined) return dropAll(table, stream, [{ ...build, shards: found.shards }])
  const gone = await readGone(table, stream, build)
  if (gone === undefined) return
  await removeMarks(table, stream, [build.number])
  await sweepBuild(table, stream, gone)
}

export async function restartStream(
  table: TableClient,
  stream: string,
  { position, source, epoch }: { readonly position: Position; readonly source: string; readonly epoch: number },
): Promise<Progress> {
  const token = crypto.randomUUID()
  for (;;) {
    const { progress, nextNumber } = await settledStream(table, stream)
    if (progress.epoch !== epoch) throw otherEpoch(progress.epoch, epoch)
    const restarted = await updateStream(
      table,
      stream,
      `SET stream_position = :position, committed_at = :zero, source_text = :source, stream_epoch = :next,
        first_number = :first, next_number = :first, moved_by = :token REMOVE declared_until, filling_json, filling_first`,
      'stream_epoch = :epoch AND next_number = :number AND attribute_not_exists(opening_token)',
      {
        ...{ ':position': text(position), ':zero': number(0), ':source': text(source), ':token': text(token) },
        ...{ ':epoch': number(epoch), ':next': number(epoch + 1) },
        // Positions in an item of marks never go back: builds from before a restart share none with those after it.
        ...{ ':number': number(nextNumber), ':first': number(firstOfMarks(nextNumber)) },
      },
    )
    if (restarted.isDone) break
    const now = await readStream(table, stream)
    if (now.movedBy === token) break
    if (now.progress.epoch !== epoch) throw otherEpoch(now.progress.epoch, epoch)
  }
  await sweepFormer(table, stream)
  return { position, committedAt: 0n, epoch: epoch + 1, source }
}

const otherEpoch = (is: number, expected: number): MillraceError =>
  new MillraceError('STORE_CONFLICT', `the stream is in epoch ${is}, not in ${expected}`)

/** Drops what a restart left behind. */
async function sweepFormer(table: TableClient, stream: string): Promise<void> {
  const state = await readStream(table, stream)
  const former = (await readAllListings(table, stream)).flatMap(({ tenant, report, entries }) =>
    entries
      .filter((entry) => !isThere(entry, state) && entry.number < state.firstNumber)
      .map(({ number, shards }): Dropped => ({ tenant, report, number, shards })),
  )
  await dropAll(table, stream, former)
}

/** What waits for so long, in milliseconds, that whoever opened it has ended. */
export async function sweepWaiting(table: TableClient, stream: string, horizon: number): Promise<void> {
  const { opening } = await readStream(table, stream)
  const before = table.clock.now() - horizon
  const waiting = (await readAllListings(table, stream)).flatMap(({ tenant, report, entries }) =>
    entries
      .filter(({ waits, since }) => waits !== undefined && waits !== opening && since < before)
      .map(({ number, shards }): Dropped => ({ tenant, report, number, shards })),
  )
  await dropAll(table, stream, waiting)
}

async function dropAll(table: TableClient, stream: string, builds: readonly Dropped[]): Promise<void> {
  await eachOf(builds, 16, (build) => writeGone(table, stream, build))
  await eachOf(builds, 16, ({ tenant, report, number }) =>
    changeListing(table, stream, { tenant, report }, (entries) =>
      entries.some((entry) => entry.number === number) ? entries.filter((entry) => entry.number !== number) : undefined,
    ),
  )
  await removeMarks(
    table,
    stream,
    builds.map(({ number }) => number),
  )
  await eachOf(builds, 4, (build) => sweepBuild(table, stream, build))
}
