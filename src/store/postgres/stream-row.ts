import { MillraceError } from '../../errors.ts'
import { origin, type Progress, type ToldFilling } from '../report-store.ts'
import type { Connections, Queryable } from './connections.ts'

interface StreamRow {
  readonly position: string
  readonly committed_at: string
  readonly epoch: string
  readonly source: string
  readonly filling: ToldFilling | null
}

const progressOf = ({ position, committed_at, epoch, source, filling }: StreamRow): Progress => ({
  position,
  committedAt: BigInt(committed_at),
  epoch: Number(epoch),
  source,
  ...(filling !== null && { filling }),
})

export async function readProgress(connections: Connections, schema: string, stream: string): Promise<Progress> {
  const { rows } = await connections.read<StreamRow>({
    name: 'millrace_progress',
    text: `select position, committed_at, epoch, source, filling from ${schema}.streams where stream = $1`,
    values: [stream],
  })
  return rows[0] === undefined ? { position: origin, committedAt: 0n, epoch: 0, source: '' } : progressOf(rows[0])
}

/** The row of a stream that nothing was done to yet. */
export async function makeStream(client: Queryable, schema: string, stream: string): Promise<void> {
  await client.query(
    `insert into ${schema}.streams (stream, position, committed_at, epoch, source, next_number)
    values ($1, $2, 0, 0, '', 1) on conflict do nothing`,
    [stream, origin],
  )
}

/** How far a stream is; until the transaction ends it comes no further, and nobody else changes its set of builds. */
export async function lockStream(client: Queryable, schema: string, stream: string): Promise<Progress> {
  const lock = async (): Promise<StreamRow | undefined> =>
    (
      await client.query<StreamRow>(
        `select position, committed_at, epoch, source, filling from ${schema}.streams where stream = $1 for no key update`,
        [stream],
      )
    ).rows[0]
  const known = await lock()
  if (known !== undefined) return progressOf(known)
  await makeStream(client, schema, stream)
  return progressOf((await lock()) as StreamRow)
}

export function expectEpoch(progress: Progress, epoch: number): void {
  if (progress.epoch === epoch) return
  throw new MillraceError('STORE_CONFLICT', `the stream is in epoch ${progress.epoch}, not in ${epoch}`)
}
