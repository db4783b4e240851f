import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StandaloneServer, startServer, type Version } from '../../embedded/cluster.ts'
import { createDatabase, query } from '../../embedded/database.ts'
import { applyTo, type ExampleScene, newBuild, readyBuilds } from '../contract/example.ts'
import { storeContract } from '../contract.ts'
import type { Build } from '../report-store.ts'
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

  test('S9 what has expired is deleted beside batches, also empty ones, some at a time, and of their stream alone', async () => {
    const connection = await createDatabase(server, 'expiring')
    const store = new PostgresStore({ connection })
    await store.migrate()
    const sceneOf = (stream: string): ExampleScene => ({ store, other: store, stream, counters: 1 })
    const [one, two] = [sceneOf('one'), sceneOf('two')]
    for (const scene of [one, two]) {
      const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
      const day = Array.from({ length: 2_300 }, (_, n) => ({ build, sort: `day ${n}`, by: [1n], expiresAt: 100 }))
      const rest = [{ expiresAt: 10_000 }, {}].map((each, n) => ({ build, sort: `rest ${n}`, by: [1n], ...each }))
      await applyTo(scene, 1, ...day, ...rest)
    }
    const left = async () => {
      const rows = await query(
        connection,
        'select stream, count(*)::int from reporting.counters join reporting.builds using (build) group by 1 order by 1',
      )
      return rows.map(({ count }) => count)
    }
    expect(await left()).toEqual([2_302, 2_302])
    await applyTo(one, 100)
    expect(await left()).toEqual([1_302, 2_302])
    await applyTo(one, 101)
    await applyTo(one, 102)
    expect(await left()).toEqual([2, 2_302])
    await applyTo(two, 99)
    expect(await left()).toEqual([2, 2_302])
    await store.close()
  })
})
