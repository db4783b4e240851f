import pg from 'pg'
import type { Connection } from '../../src/embedded/connection.ts'
import { fillBase } from '../../src/fold/base.ts'
import { defineBuild, readBuildDefinition } from '../../src/rollup/build-definition.ts'
import { MemoryStore } from '../../src/store/memory/memory-store.ts'
import { type NewBuild, origin } from '../../src/store/report-store.ts'
import { holdToPostgres } from './hold-to-postgres.ts'
import { reportOf } from './report-data.ts'
import { storeEngine } from './store-engine.ts'
import type { World } from './world.ts'

/** The builds of all questions for all tenants, filled together from a snapshot of the standby, in small chunks. */
async function filledStore(standby: Connection, { questions, storage, tenants }: World): Promise<MemoryStore> {
  const store = new MemoryStore()
  const wanted = new Map<string, NewBuild>()
  for (const { report } of questions) {
    for (const tenant of tenants) {
      const build = defineBuild(reportOf(report, storage), tenant)
      wanted.set(build.fingerprint, { ...build, tenant: tenant.id, report: 'random', facts: '', startsAt: origin })
    }
  }
  const builds = await store.open('main', [...wanted.values()], 0)
  const client = new pg.Client(standby)
  await client.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    await fillBase({
      client,
      store,
      stream: 'main',
      builds: builds.map((build) => ({ build, definition: readBuildDefinition(build.definition) })),
      memoryBytes: 20_000,
      onPoison: (_, detail) => {
        throw new Error(detail)
      },
    })
  } finally {
    await client.end()
  }
  for (const build of builds) await store.ready('main', build)
  return store
}

holdToPostgres('F1 F5 the base of a build answers as PostgreSQL does', async (standby, world) =>
  storeEngine(await filledStore(standby, world), 'main', world),
)
