import pg from 'pg'
import type { Connection } from './connection.ts'
import type { Server } from './server.ts'

/** The rows of one statement, run on a connection of its own. */
export async function query<Row extends pg.QueryResultRow = Record<string, unknown>>(
  connection: Connection,
  text: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Row>(text, [...parameters])).rows
  } finally {
    await client.end()
  }
}

export interface DatabaseOptions {
  /** The database to copy, to which nobody may be connected; an empty one unless given. */
  readonly template?: string
  /**
   * An ICU locale, such as `en-US`, in which text is ordered and compared; bytes (locale C) unless given. Production
   * databases are seldom of locale C, so what relies on the order of bytes must be tested in another.
   */
  readonly locale?: string
}

/** Makes a database on a primary, and says where it is. A test gets tables and rows of its own in about 60 ms. */
export async function createDatabase(
  primary: Server,
  name: string,
  { template = 'template0', locale }: DatabaseOptions = {},
): Promise<Connection> {
  const provider = locale ? ` locale_provider icu icu_locale ${pg.escapeLiteral(locale)}` : ''
  await query(
    primary.connection,
    `create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(template)}${provider}`,
  )
  return { ...primary.connection, database: name }
}

/** Drops a database on a primary, and breaks off whoever is connected to it. */
export async function dropDatabase(primary: Server, name: string): Promise<void> {
  await query(primary.connection, `drop database if exists ${pg.escapeIdentifier(name)} with (force)`)
}
