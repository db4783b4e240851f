import type { Audit } from '../../src/access/audit.ts'
import { createRoutedEngine } from '../../src/engines/routed-engine.ts'
import { createStoreEngine } from '../../src/fold/engine.ts'
import { createReports } from '../../src/http/read.ts'
import type { Reports } from '../../src/http/reports.ts'
import { createQueryEngine } from '../../src/query/engine.ts'
import type { Millrace } from '../../src/start.ts'
import type { ReportStore } from '../../src/store/report-store.ts'

/** The reports of a deployment, answered by a store of this process, as they are where its secret names a store. */
export function reportsOver({ catalog, replica, tenants }: Millrace, store: ReportStore, audit: Audit): Reports {
  const [allowlist, rowLimit] = [tenants, 10_000]
  const query = createQueryEngine({ replica, allowlist, rowLimit })
  const freshnessAt = (position: string) => replica.freshnessAt(position)
  const counters = createStoreEngine({ store, allowlist, rowLimit, labels: query.labels, freshnessAt })
  const routes = { reports: 'all', shadow: [] } as const
  const engine = createRoutedEngine({ replica: query, store: counters, routes, shadow: { compare: () => {} } })
  return createReports({ catalog, engine, tenants, audit })
}
