import type { BuildId, Position, Progress } from '../report-store.ts'
import type { Connections } from './connections.ts'
import { expectEpoch, lockStream } from './stream-row.ts'

/** As many counters as are deleted by one statement, so that none takes long. */
const deletedAtOnce = 20_000

/** From the first transaction on it is not there to be read; its counters are then deleted bit by bit. */
export async function dropBuild(
  connections: Connections,
  schema: string,
  stream: string,
  { tenant, report, number }: BuildId,
): Promise<void> {
  await connections.transaction(async (client) => {
    await lockStream(client, schema, stream)
    await client.query(
      `with gone as (
        delete from ${schema}.builds where stream = $1 and tenant = $2 and report = $3 and number = $4 returning build
      )
      insert into ${schema}.dropped_builds (build, stream) select build, $1 from gone`,
      [stream, tenant, report, number],
    )
  })
  await sweep(connections, schema, stream)
}

export async function restartStream(
  connections: Connections,
  schema: string,
  stream: string,
  { position, source, epoch }: { readonly position: Position; readonly source: string; readonly epoch: number },
): Promise<Progress> {
  await connections.transaction(async (client) => {
    expectEpoch(await lockStream(client, schema, stream), epoch)
    await client.query(
      `with gone as (delete from ${schema}.builds where stream = $1 returning build)
      insert into ${schema}.dropped_builds (build, stream) select build, $1 from gone`,
      [stream],
    )
    await client.query(
      `update ${schema}.streams set position = $2, source = $3, committed_at = 0, epoch = epoch + 1, filling = null
      where stream = $1`,
      [stream, position, source],
    )
  })
  await sweep(connections, schema, stream)
  return { position, committedAt: 0n, epoch: epoch + 1, source }
}

/** Deletes what is left of dropped builds, also of those whose sweep was broken off. */
async function sweep(connections: Connections, schema: string, stream: string): Promise<void> {
  const { rows } = await connections.query<{ build: string }>({
    text: `select build from ${schema}.dropped_builds where stream = $1 order by build`,
    values: [stream],
  })
  for (const { build } of rows) {
    let deleted: number | null
    do {
      const chunk = await connections.query({
        text: `
          delete from ${schema}.counters where ctid = any (
            array(select ctid from ${schema}.counters where build = $1 limit ${deletedAtOnce})
          )`,
        values: [build],
      })
      deleted = chunk.rowCount
    } while (deleted !== 0)
    await connections.query({ text: `delete from ${schema}.dropped_builds where build = $1`, values: [build] })
  }
}
