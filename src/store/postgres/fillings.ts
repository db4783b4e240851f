import { fillingOf } from '../keys.ts'
import type { Filling, FillingBuild, ToldFilling } from '../report-store.ts'
import { textArray } from './binary-array.ts'
import type { Connections } from './connections.ts'

/** One statement, which waits for a batch that is being written, and for no longer. */
export async function tellFilling(
  connections: Connections,
  schema: string,
  stream: string,
  { first, last, share, isOver }: Filling,
): Promise<void> {
  await connections.query({
    name: 'millrace_tell_filling',
    text: `
      update ${schema}.streams set filling =
        $3::jsonb || jsonb_build_object('toldAt', floor(extract(epoch from clock_timestamp()) * 1000)::bigint)
      where stream = $1 and coalesce((filling->>'first')::bigint, 0) <= $2`,
    values: [stream, first, JSON.stringify({ first, last, share, isOver })],
  })
}

interface FillingRow {
  readonly filling: ToldFilling | null
  readonly tenant: string
  readonly report: string
  readonly number: string
  readonly fingerprint: string
}

export async function listFillings(
  connections: Connections,
  schema: string,
  stream: string,
  tenants: readonly string[],
): Promise<readonly FillingBuild[]> {
  const { rows } = await connections.read<FillingRow>({
    name: 'millrace_fillings',
    text: `
      select filling, tenant, report, number, fingerprint
      from ${schema}.streams join ${schema}.builds using (stream)
      where stream = $1 and tenant = any ($2::text[]) and state = 'filling'`,
    values: [stream, textArray(tenants)],
  })
  return rows.map(({ filling, tenant, report, number, fingerprint }) => ({
    ...{ tenant, report, number: Number(number), fingerprint },
    ...fillingOf(filling ?? undefined, Number(number)),
  }))
}
