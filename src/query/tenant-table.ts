import pg from 'pg'
import type { AnalyticsSecret } from '../secret/analytics-secret.ts'
import { tlsOptions } from '../secret/tls-options.ts'
import type { TenantInput } from '../tenancy/tenant.ts'
import { exchange } from './exchange.ts'
import { quoteIdentifier } from './statement.ts'

/** The table that lists the tenants, and its columns. */
export interface TenantColumns {
  readonly table: string
  readonly id: string
  readonly schema?: string
  readonly timeZone?: string
}

/**
 * Reads the allowlist from a table, on a connection of its own that ends with the reading: it is the one statement that
 * belongs to no tenant, and so it never runs on a connection that serves reports.
 */
export async function readTenantTable(
  { table, id, schema, timeZone }: TenantColumns,
  { replica }: AnalyticsSecret,
): Promise<TenantInput[]> {
  const { host, port, user, database } = replica
  const client = new pg.Client({
    host,
    port,
    user,
    database,
    password: replica.password.reveal(),
    ssl: tlsOptions(replica),
    connectionTimeoutMillis: 5_000,
    application_name: 'millrace tenants',
  })
  client.on('error', () => {})
  const column = (name: string | undefined) => (name === undefined ? 'null' : `${quoteIdentifier(name)}::text`)
  const from = table.split('.').map(quoteIdentifier).join('.')
  const columns = [id, schema, timeZone].map(column).join(', ')
  try {
    await client.connect()
    const [, outcome] = await exchange(client, [
      {
        text: `select set_config('transaction_read_only', 'on', true), set_config('search_path', 'public', true)`,
        values: [],
      },
      { text: `select ${columns} from ${from} order by 1`, values: [] },
    ])
    return (outcome?.rows ?? []).map(([id, schema, timeZone]) => ({ id: id ?? '', schema, timeZone }))
  } finally {
    await client.end().catch(() => {})
  }
}
