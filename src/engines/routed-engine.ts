import type { AnyReport } from '../report/catalog.ts'
import type {
  EngineAnswer,
  EngineName,
  EngineRequest,
  FilterOption,
  Freshness,
  ReportEngine,
} from '../report/engine.ts'
import type { Position } from '../report/position.ts'
import type { Shadow } from './shadow.ts'

/** The engine of the store, as far as routing needs it: null where no build of the report is ready. */
export interface StoredReports extends Pick<ReportEngine, 'freshness' | 'close'> {
  /** `changedAt`: when the report's counters were last added to. */
  find(request: EngineRequest): Promise<(EngineAnswer & { readonly changedAt: Position }) | null>
  findOptions(
    request: Omit<EngineRequest, 'given'>,
    filter: string,
    limit: number,
  ): Promise<readonly FilterOption[] | null>
}

/** Which reports the store answers: all that can be folded, or those named; and which are only compared with it. */
export interface Routes {
  readonly reports: 'all' | readonly string[]
  readonly shadow: readonly string[]
}

export interface RoutedEngineOptions {
  readonly replica: ReportEngine
  readonly store: StoredReports
  readonly routes: Routes
  readonly shadow: Pick<Shadow, 'compare'>
}

export type Route = 'replica' | 'store' | 'shadow'

/** Raw SQL always runs on the replica. */
export function routeOf(report: AnyReport, { reports, shadow }: Routes): Route {
  if (report.node === 'sqlReport') return 'replica'
  if (shadow.includes(report.name)) return 'shadow'
  return reports === 'all' || reports.includes(report.name) ? 'store' : 'replica'
}

/**
 * Each report by the engine that is told for it. A report of the store is answered by the replica as long as no build of it is
 * ready, and the answer says so; never because the store cannot be reached.
 */
export function createRoutedEngine({ replica, store, routes, shadow }: RoutedEngineOptions): ReportEngine {
  const isStored = (report: AnyReport) => routeOf(report, routes) === 'store'

  return {
    name: 'store',
    engineOf: (report): EngineName => (isStored(report) ? 'store' : 'replica'),
    async read(request) {
      const route = routeOf(request.report, routes)
      if (route === 'store') {
        const found = await store.find(request)
        if (found === null) return { ...(await replica.read(request)), building: true }
        const { changedAt: _, ...answer } = found
        return answer
      }
      const answer = await replica.read(request)
      if (route === 'shadow') shadow.compare(request, answer)
      return answer
    },
    async options(request, filter, limit) {
      const found = isStored(request.report) ? await store.findOptions(request, filter, limit) : null
      return found ?? replica.options(request, filter, limit)
    },
    freshness: () => firstToAnswer([store.freshness(), replica.freshness()]),
    async close() {
      await Promise.all([store.close(), replica.close()])
    },
  }
}

/** What the first of them says that can: while one engine answers, its reports can be read. Throws what the first has thrown. */
async function firstToAnswer(asked: readonly Promise<Freshness>[]): Promise<Freshness> {
  try {
    return await Promise.any(asked)
  } catch (error) {
    throw (error as AggregateError).errors[0]
  }
}
