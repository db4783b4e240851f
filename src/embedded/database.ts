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

/**
 * Makes a database on a primary, and says where it is. With `template`, it is a copy of that database, to which nobody may be
 * connected: a test gets tables and rows of its own in the time of copying the files.
 */
export async function createDatabase(
  server: Server,
  name: string,
  options: { template?: string } = {},
): Promise<Connection> {
  const template = pg.escapeIdentifier(options.template ?? 'template0')
  await query(server.connection, `create database ${pg.escapeIdentifier(name)} template ${template}`)
  return { ...server.connection, database: name }
}

/** Drops a database on a primary, and breaks off whoever is connected to it. */
export async function dropDatabase(server: Server, name: string): Promise<void> {
  await query(server.connection, `drop database if exists ${pg.escapeIdentifier(name)} with (force)`)
}
