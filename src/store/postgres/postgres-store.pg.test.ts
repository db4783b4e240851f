import { afterAll, beforeAll, describe } from 'vitest'
import { type StandaloneServer, startServer, type Version } from '../../embedded/cluster.ts'
import { createDatabase, query } from '../../embedded/database.ts'
import { storeContract } from '../contract.ts'
import { PostgresStore } from './postgres-store.ts'

describe.each<Version>([15, 18])('on PostgreSQL %i', (version) => {
  let server: StandaloneServer

  beforeAll(async () => {
    server = await startServer({ version })
  })

  afterAll(async () => {
    await server?.close()
  })

  storeContract('the PostgreSQL store', async () => {
    // Of a locale whose order is not that of bytes.
    const connection = await createDatabase(server, 'reporting', { locale: 'en-US' })
    const open = (): PostgresStore => new PostgresStore({ connection, schema: 'of "reports"' })
    const store = open()
    await store.migrate()
    return {
      store,
      another: async () => open(),
      interrupt: async () => {
        await query(
          server.connection,
          'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1',
          ['reporting'],
        )
      },
      close: () => store.close(),
    }
  })
})
