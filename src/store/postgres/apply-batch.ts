import { MillraceError } from '../../errors.ts'
import { secondsOf } from '../keys.ts'
import type { Addition, Batch } from '../report-store.ts'
import { BatchWriter } from './batch-writer.ts'
import type { Connections, Queryable } from './connections.ts'
import type { ExpiredCounters } from './expired-counters.ts'
import { makeStream } from './stream-row.ts'

/** What is applied at one time to a schema. */
interface Scene {
  readonly schema: string
  readonly expired: ExpiredCounters
}

/** One transaction, whose first statement is the whole fence: nobody else moves the stream until it ends (S1, S4). */
export async function applyBatch(
  connections: Connections,
  { schema, expired }: Scene,
  stream: string,
  batch: Batch,
): Promise<void> {
  const { from, to, epoch, committedAt } = batch
  if (to <= from) throw new MillraceError('STORE_CONFLICT', `the batch leads from ${from} to ${to}`)
  await connections.transaction(async (client) => {
    if (!(await advance(client, schema, stream, batch)))
      throw new MillraceError('STORE_CONFLICT', `the stream does not continue from ${from} in epoch ${epoch}`)
    await writeAll(new BatchWriter(client, schema, stream, to), batch)
    await expired.deleteSome(client, stream, secondsOf(committedAt))
  })
}

async function advance(client: Queryable, schema: string, stream: string, batch: Batch): Promise<boolean> {
  const { from, to, epoch, committedAt, source } = batch
  const fence = {
    name: 'millrace_advance',
    text: `
      update ${schema}.streams set position = $4, committed_at = $5, source = $6
      where stream = $1 and position = $2 and epoch = $3`,
    values: [stream, from, epoch, to, committedAt, source],
  }
  if ((await client.query(fence)).rowCount === 1) return true
  await makeStream(client, schema, stream)
  return (await client.query(fence)).rowCount === 1
}

/** Additions in memory are not awaited one by one, which would cost more than adding them. */
async function writeAll(writer: BatchWriter, { additions, committedAt }: Batch): Promise<void> {
  const now = secondsOf(committedAt)
  if (Symbol.iterator in additions) await writeSome(writer, additions, now)
  else for await (const addition of additions) await writeSome(writer, [addition], now)
  await writer.end()
}

async function writeSome(writer: BatchWriter, additions: Iterable<Addition>, now: number): Promise<void> {
  for (const addition of additions) {
    if (addition.expiresAt !== undefined && addition.expiresAt <= now) continue
    writer.add(addition)
    if (writer.isFull) await writer.flush()
  }
}
