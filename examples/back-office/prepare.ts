import type { Connection } from '../../src/embedded/connection.ts'
import { apply } from '../../src/replication/apply.ts'
import { bySchema, definition } from '../../src/report/source.ts'
import { foldedReports } from './catalog.ts'
import { settingsOf } from './connections.ts'
import type { DemoTenant } from './tenants.ts'

/** `millrace apply`: what the host's database needs so that its changes can be followed. How many statements it took. */
export async function prepare(replication: Connection, tenants: readonly DemoTenant[]): Promise<number> {
  const sources = [...new Set(foldedReports.map(({ from }) => from))].map((source) => ({ source }))
  const schemas = tenants.flatMap(({ mobility }) => mobility?.schema ?? [])
  const { steps } = await apply(settingsOf(replication), { sources, schemas })
  return steps.length
}

/** A rollup for each report and customer; where tenancy is by schema, for the customers that have one. */
export function rollupsOf(tenants: readonly DemoTenant[]): number {
  const withSchema = tenants.filter(({ mobility }) => mobility !== undefined).length
  return foldedReports
    .map(({ from }) => (from[definition].tenant === bySchema ? withSchema : tenants.length))
    .reduce((sum, each) => sum + each, 0)
}
