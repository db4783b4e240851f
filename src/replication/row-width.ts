import pg from 'pg'
import type { CatalogTable } from './catalog-table.ts'
import { type Finding, warning } from './finding.ts'
import { tableText } from './statement-text.ts'

/** Rows that are looked at, and from how many pages they are taken. */
const [sampleRows, samplePages] = [1_000, 200]
/** From here on the whole old row is more than most updates write by themselves: values of 2 kB are stored apart. */
const wideBytes = 2_000

export interface RowWidth {
  readonly average: number
  readonly greatest: number
}

/**
 * The bytes that REPLICA IDENTITY FULL adds to the log for each update and delete, from a sample: the whole old row, large values
 * that are stored apart included, compressed as they are. Undefined where the table is empty, or may not be read.
 */
export async function measureRowWidth(client: pg.Client, table: CatalogTable): Promise<RowWidth | undefined> {
  const stored = table.columns.filter(({ generated }) => generated !== 'virtual')
  if (!table.isReadable || stored.length === 0) return undefined
  const width = stored.map(({ name }) => `coalesce(pg_column_size(${pg.escapeIdentifier(name)}), 0)`).join(' + ')
  const name = tableText(table)
  const share = `(select least(100, 100.0 * ${samplePages} / greatest(1, sum(pg_relation_size(l) / 8192))) from unnest($1::oid[]) l)`
  try {
    await client.query(`begin read only; set local statement_timeout = '2s'`)
    const { rows } = await client.query<{ average: number | null; greatest: number | null }>(
      `select avg(w)::float8 as average, max(w) as greatest
       from (select ${width} as w from ${name} tablesample system (${share}) limit ${sampleRows}) t`,
      [table.leaves.map(({ oid }) => oid)],
    )
    const { average, greatest } = rows[0] ?? {}
    return average == null || greatest == null ? undefined : { average: Math.round(average), greatest }
  } catch {
    return undefined
  } finally {
    await client.query('rollback').catch(() => {})
  }
}

export function widthFinding(table: CatalogTable, { average, greatest }: RowWidth): Finding | undefined {
  if (average < wideBytes && greatest < 10 * wideBytes) return undefined
  const problem = `each update and delete will write the whole old row to the log: ${average} bytes on average, up to ${greatest}`
  const next = 'keep the large columns in a table of their own, or fold an insert-only table of the events instead'
  return warning(`table ${tableText(table)}`, problem, next)
}
