import { randomBytes } from 'node:crypto'
import { type Server, startServer } from '../../src/embedded/cluster.ts'
import type { Connection } from '../../src/embedded/connection.ts'
import { createDatabase } from '../../src/embedded/database.ts'
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { connected, statements } from './data/database.ts'

/** A PostgreSQL server for the reporting store alone, so that neither the primary nor its standby bears its writes. */
export interface ReportingStore {
  /** What folds signs in so: it owns the store. */
  readonly folding: Connection
  /** What answers reports signs in so: it can only read. */
  readonly serving: Connection
  readonly server: Pick<Server, 'stop' | 'start'>
  close(): Promise<void>
}

export async function startReportingStore(progress: (line: string) => void): Promise<ReportingStore> {
  const server = await startServer()
  try {
    const database = await createDatabase(server, 'reporting')
    const role = (user: string): Connection => ({ ...database, user, password: randomBytes(18).toString('hex') })
    const [folding, serving] = [role('folding'), role('serving')]
    const passwords = { folding_password: folding.password, serving_password: serving.password }
    await connected(database, async (client) => {
      await client.query(await statements('store-roles', passwords))
    })
    const store = new PostgresStore({ connection: { ...folding } })
    await store.migrate().finally(() => store.close())
    progress(`The reporting store, a server of its own, listens on port ${server.connection.port}`)
    return { folding, serving, server, close: () => server.close() }
  } catch (error) {
    await server.close()
    throw error
  }
}
