import type { NewRequest, Request } from '../report-store.ts'
import type { Connections } from './connections.ts'

interface RequestRow {
  readonly id: string
  readonly kind: Request['kind']
  readonly tenant: string | null
  readonly report: string | null
  readonly state: Request['state']
  readonly outcome: string
  readonly asked_at: string
}

export async function askRequest(
  connections: Connections,
  schema: string,
  stream: string,
  { kind, tenant, report }: NewRequest,
): Promise<string> {
  const { rows } = await connections.query<{ id: string }>({
    text: `
      with ended as (
        delete from ${schema}.requests where stream = $1 and ended_at < clock_timestamp() - interval '1 hour'
      )
      insert into ${schema}.requests (stream, kind, tenant, report) values ($1, $2, $3, $4) returning id`,
    values: [stream, kind, tenant ?? null, report ?? null],
  })
  return (rows[0] as { id: string }).id
}

export async function listRequests(
  connections: Connections,
  schema: string,
  stream: string,
): Promise<readonly Request[]> {
  const { rows } = await connections.read<RequestRow>({
    text: `
      select id, kind, tenant, report, state, outcome, floor(extract(epoch from asked_at) * 1000)::bigint as asked_at
      from ${schema}.requests where stream = $1 order by sequence`,
    values: [stream],
  })
  return rows.map(({ id, kind, tenant, report, state, outcome, asked_at }) => ({
    id,
    kind,
    ...(tenant !== null && { tenant }),
    ...(report !== null && { report }),
    state,
    outcome,
    askedAt: Number(asked_at),
  }))
}

export async function answerRequest(
  connections: Connections,
  schema: string,
  stream: string,
  id: string,
  { state, outcome }: Pick<Request, 'state' | 'outcome'>,
): Promise<void> {
  await connections.query({
    text: `
      update ${schema}.requests set state = $3, outcome = $4,
        ended_at = case when $3 in ('done', 'failed') then clock_timestamp() end
      where stream = $1 and id::text = $2`,
    values: [stream, id, state, outcome],
  })
}

export async function withdrawRequest(
  connections: Connections,
  schema: string,
  stream: string,
  id: string,
): Promise<void> {
  await connections.query({
    text: `delete from ${schema}.requests where stream = $1 and id::text = $2`,
    values: [stream, id],
  })
}
