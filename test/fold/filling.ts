import { type BaseOptions, type FillingBuild, fillBase } from '../../src/fold/base.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import { defineBuild, readBuildDefinition } from '../../src/rollup/build-definition.ts'
import { MemoryStore } from '../../src/store/memory/memory-store.ts'
import { type BuildId, origin } from '../../src/store/report-store.ts'
import type { SourceDatabase } from '../replication/source-database.ts'

interface Tenant {
  readonly id: string
  readonly schema?: string
}

export interface Filled {
  readonly store: MemoryStore
  readonly builds: readonly FillingBuild[]
}

export async function open(reports: readonly ReportDefinition[], tenants: readonly Tenant[]): Promise<Filled> {
  const store = new MemoryStore()
  const wanted = tenants.flatMap((tenant) =>
    reports.map((each) => ({
      ...defineBuild(each, { timeZone: 'UTC', ...tenant }),
      tenant: tenant.id,
      report: each.name,
      facts: '',
      startsAt: origin,
    })),
  )
  const builds = await store.open('main', wanted, 0)
  return { store, builds: builds.map((build) => ({ build, definition: readBuildDefinition(build.definition) })) }
}

export async function fill(
  database: SourceDatabase,
  { store, builds }: Filled,
  options: Partial<BaseOptions> = {},
): Promise<void> {
  const client = await database.connect()
  await client.query('begin isolation level repeatable read read only')
  const onPoison = (_: unknown, detail: string) => {
    throw new Error(detail)
  }
  await fillBase({ client, store, stream: 'main', builds, onPoison, ...options })
  // The connection is as it was.
  await client.query('commit')
}

/** The sums of all counters of a build. */
export async function sums(store: MemoryStore, build: BuildId): Promise<Record<string, readonly bigint[]>> {
  const all = await store.read('main', build, [{ from: '', to: '\u{10ffff}' }])
  return Object.fromEntries((all?.counters ?? []).flat().map(({ sort, values }) => [sort, values]))
}
