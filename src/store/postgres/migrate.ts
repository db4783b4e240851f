import pg from 'pg'
import { type Migration, migrations } from './migrations/migrations.ts'
import { storeFaultOf } from './store-fault.ts'

/** Held while migrations run, so that of several processes that start at once one runs them. */
const lock = 7_146_385_502_119_283n

/**
 * Brings the schema up to date, each migration in a transaction of its own; makes it where there is none. Gives those that it
 * ran. Throws STORE_UNAVAILABLE.
 */
export async function migrate(config: pg.ClientConfig, schema: string): Promise<readonly Migration[]> {
  const client = new pg.Client(config)
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select pg_advisory_lock($1)', [lock])
    return await runMissing(client, pg.escapeIdentifier(schema), schema)
  } catch (error) {
    throw storeFaultOf(error)
  } finally {
    await client.end().catch(() => {})
  }
}

async function runMissing(client: pg.Client, quoted: string, schema: string): Promise<readonly Migration[]> {
  const { rows } = await client.query('select to_regclass($1) is not null as found', [`${quoted}.migrations`])
  if (!rows[0].found) {
    const known = await client.query('select from pg_namespace where nspname = $1', [schema])
    if (known.rowCount === 0) await client.query(`create schema ${quoted}`)
    await client.query(`
      create table ${quoted}.migrations (
        number integer primary key,
        name text not null,
        ran_at timestamp with time zone not null default clock_timestamp()
      )`)
  }
  const ran = await client.query<{ number: number }>(`select number from ${quoted}.migrations`)
  const missing = migrations.filter(({ number }) => !ran.rows.some((row) => row.number === number))
  for (const { number, name, statements } of missing) {
    await client.query('begin')
    await client.query(statements(quoted))
    await client.query(`insert into ${quoted}.migrations (number, name) values ($1, $2)`, [number, name])
    await client.query('commit')
  }
  return missing
}
