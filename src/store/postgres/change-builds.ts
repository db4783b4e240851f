import { MillraceError } from '../../errors.ts'
import type { BuildId } from '../report-store.ts'
import { bigintArray, textArray } from './binary-array.ts'
import type { Connections, Queryable } from './connections.ts'
import { lockStream } from './stream-row.ts'

const named = 'stream = $1 and tenant = $2 and report = $3 and number = $4'
const idParameters = (stream: string, { tenant, report, number }: BuildId): unknown[] => [
  stream,
  tenant,
  report,
  number,
]

export async function makeReady(
  connections: Connections,
  schema: string,
  stream: string,
  build: BuildId,
): Promise<void> {
  await connections.transaction(async (client) => {
    const { position } = await lockStream(client, schema, stream)
    const { rows } = await client.query<{ state: string; starts_at: string }>(
      `select state, starts_at from ${schema}.builds where ${named} for no key update`,
      idParameters(stream, build),
    )
    const [found] = rows
    if (found === undefined || found.state === 'stopped')
      throw new MillraceError('STORE_BUILD_GONE', `build ${build.number} was dropped or stopped`)
    if (found.state === 'ready') return
    if (position < found.starts_at)
      throw new MillraceError('STORE_CONFLICT', `the stream is at ${position}, before ${found.starts_at}`)
    await client.query(
      `update ${schema}.builds set state = 'replaced', since = clock_timestamp()
      where stream = $1 and tenant = $2 and report = $3 and state = 'ready'`,
      [stream, build.tenant, build.report],
    )
    await setState(client, schema, stream, build, 'ready')
    // The names of its chunks have no further use.
    await client.query(
      `delete from ${schema}.base_chunks using ${schema}.builds where base_chunks.build = builds.build and ${named}`,
      idParameters(stream, build),
    )
  })
}

export async function retireBuild(
  connections: Connections,
  schema: string,
  stream: string,
  build: BuildId,
): Promise<void> {
  await connections.transaction(async (client) => {
    await lockStream(client, schema, stream)
    await setState(client, schema, stream, build, 'replaced', "state = 'ready'")
  })
}

async function setState(
  client: Queryable,
  schema: string,
  stream: string,
  build: BuildId,
  state: 'ready' | 'replaced',
  condition = 'true',
): Promise<void> {
  await client.query(
    `update ${schema}.builds set state = $5, since = clock_timestamp() where ${named} and ${condition}`,
    [...idParameters(stream, build), state],
  )
}

export async function stopBuilds(
  connections: Connections,
  schema: string,
  stream: string,
  builds: readonly BuildId[],
  detail: string,
): Promise<void> {
  await connections.transaction(async (client) => {
    await lockStream(client, schema, stream)
    await client.query(
      `update ${schema}.builds as known set state = 'stopped', since = clock_timestamp(), detail = $2
      from unnest($3::text[], $4::text[], $5::bigint[]) as given (tenant, report, number)
      where known.stream = $1 and known.tenant = given.tenant and known.report = given.report
        and known.number = given.number and known.state <> 'stopped'`,
      [
        stream,
        detail,
        textArray(builds.map(({ tenant }) => tenant)),
        textArray(builds.map(({ report }) => report)),
        bigintArray(builds.map(({ number }) => BigInt(number))),
      ],
    )
  })
}
