import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { Connection } from '../../../src/embedded/connection.ts'

const folder = join(import.meta.dirname, 'sql')

/** One of the files in `sql/`, its `:name` places filled with quoted text. */
export async function statements(name: string, values: Readonly<Record<string, string>> = {}): Promise<string> {
  const text = await readFile(join(folder, `${name}.sql`), 'utf8')
  return text.replaceAll(/:([a-z_]+)\b/g, (place, key: string) =>
    key in values ? pg.escapeLiteral(values[key] as string) : place,
  )
}

export async function connected<Result>(
  connection: Connection,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client(connection)
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Rows as arrays of columns, one parameter each: thousands of rows in one statement. `null` stays null. */
export async function insertRows(
  client: pg.Client,
  table: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly (readonly (string | number | boolean | null)[])[],
): Promise<void> {
  const names = Object.keys(columns)
  const arrays = Object.values(columns).map((type, index) => `$${index + 1}::${type}[]`)
  const text = `insert into ${table} (${names.join(', ')}) select * from unnest(${arrays.join(', ')})`
  const size = 10_000
  for (let from = 0; from < rows.length; from += size) {
    const part = rows.slice(from, from + size)
    await client.query(
      text,
      names.map((_, column) => part.map((row) => row[column] ?? null)),
    )
  }
}
