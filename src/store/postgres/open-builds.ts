import { MillraceError } from '../../errors.ts'
import type { Build, NewBuild } from '../report-store.ts'
import { textArray } from './binary-array.ts'
import { type BuildRow, buildColumns, buildOf } from './build-row.ts'
import type { Connections } from './connections.ts'
import type { Definition } from './known-definitions.ts'
import { expectEpoch, lockStream } from './stream-row.ts'

export async function listBuilds(connections: Connections, schema: string, stream: string): Promise<readonly Build[]> {
  const { rows } = await connections.read<BuildRow & Definition>({
    text: `
      select ${buildColumns}, definition, facts from ${schema}.builds join ${schema}.definitions using (build)
      where stream = $1 order by number`,
    values: [stream],
  })
  return rows.map((row) => buildOf(row, row))
}

export async function openBuilds(
  connections: Connections,
  schema: string,
  stream: string,
  builds: readonly NewBuild[],
  epoch: number,
): Promise<readonly Build[]> {
  return await connections.transaction(async (client) => {
    const progress = await lockStream(client, schema, stream)
    expectEpoch(progress, epoch)
    const late = builds.find(({ startsAt }) => startsAt < progress.position)
    if (late !== undefined)
      throw new MillraceError('STORE_CONFLICT', `the stream is at ${progress.position}, past ${late.startsAt}`)
    const moved = await client.query<{ first: string }>(
      `update ${schema}.streams set epoch = epoch + 1, next_number = next_number + $2
      where stream = $1 returning next_number - $2 as first`,
      [stream, builds.length],
    )
    const columns = (['tenant', 'report', 'fingerprint', 'startsAt', 'definition', 'facts'] as const).map((name) =>
      textArray(builds.map((build) => build[name])),
    )
    const { rows } = await client.query<BuildRow & Definition>(
      `with given as (
        select * from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) with ordinality
          as given (tenant, report, fingerprint, starts_at, definition, facts, place)
      ), builds as (
        insert into ${schema}.builds (stream, number, tenant, report, fingerprint, starts_at, state, since, changed_at)
        select $1, $2::bigint + place - 1, tenant, report, fingerprint, starts_at, 'filling', clock_timestamp(), starts_at
        from given
        returning *
      ), definitions as (
        insert into ${schema}.definitions (build, definition, facts)
        select build, given.definition, given.facts from builds join given on number = $2::bigint + place - 1
        returning *
      )
      select ${buildColumns}, definition, facts from builds join definitions using (build) order by number`,
      [stream, moved.rows[0]?.first, ...columns],
    )
    return rows.map((row) => buildOf(row, row))
  })
}
