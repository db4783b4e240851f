import { type Changed, origin, type Position, type ToldFilling } from '../report-store.ts'
import { textArray } from './binary-array.ts'
import type { Connections } from './connections.ts'

interface ChangedRow {
  readonly position: string
  readonly committed_at: string
  readonly filling: ToldFilling | null
  readonly tenant: string | null
  readonly report: string
  readonly number: string
  readonly changed_at: string
}

export async function readChanged(
  connections: Connections,
  schema: string,
  stream: string,
  tenants: readonly string[],
  since: Position,
): Promise<Changed> {
  const { rows } = await connections.read<ChangedRow>({
    name: 'millrace_changed',
    text: `
      select position, committed_at, filling, tenant, report, number, changed_at
      from ${schema}.streams left join ${schema}.builds
        on builds.stream = streams.stream and state = 'ready' and tenant = any ($2::text[]) and changed_at > $3
      where streams.stream = $1`,
    values: [stream, textArray(tenants), since],
  })
  const [first] = rows
  if (first === undefined) return { position: origin, committedAt: 0n, reports: [] }
  const reports = rows.flatMap(({ tenant, report, number, changed_at }) =>
    tenant === null ? [] : [{ tenant, report, number: Number(number), changedAt: changed_at }],
  )
  const { position, committed_at, filling } = first
  return { position, committedAt: BigInt(committed_at), reports, ...(filling !== null && { filling }) }
}
