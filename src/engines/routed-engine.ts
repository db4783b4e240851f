import { MillraceError } from '../errors.ts'
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
  /** How far the build has come that is being filled for a report, 0 to 1; null: nobody can tell; undefined: none is being filled. */
  filling(request: Pick<EngineRequest, 'report' | 'tenant'>): Promise<number | null | undefined>
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
  /** By the replica. What it cannot answer, in its time or at all, is the store's to answer soon. */
  async function readMeanwhile(request: EngineRequest): Promise<EngineAnswer> {
    // Without it the replica's answer is as good.
    const filling = store.filling(request).catch(() => undefined)
    try {
      const answer = await replica.read(request)
      return { ...answer, building: true, progress: (await filling) ?? null }
    } catch (cause) {
      const progress = await filling
      if (progress === undefined || !isLack(cause)) throw cause
      throw new MillraceError('REPORT_BUILDING', `report "${request.report.name}" is not in the store yet`, {
        cause,
        retryAfter: secondsUntilAskedAgain,
        ...(progress === null ? {} : { progress }),
      })
    }
  }

  const isStored = (report: AnyReport) => routeOf(report, routes) === 'store'

  return {
    name: 'store',
    engineOf: (report): EngineName => (isStored(report) ? 'store' : 'replica'),
    async read(request) {
      const route = routeOf(request.report, routes)
      if (route === 'store') {
        const found = await store.find(request)
        if (found === null) return readMeanwhile(request)
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

/** A reader hears of a build that is ready; a replica that has just failed is not to be asked by all of them every second. */
const secondsUntilAskedAgain = 15

const isLack = (error: unknown): boolean =>
  error instanceof MillraceError && (error.code === 'STATEMENT_TIMEOUT' || error.code === 'REPLICA_UNAVAILABLE')

/** What the first of them says that can: while one engine answers, its reports can be read. Throws what the first has thrown. */
async function firstToAnswer(asked: readonly Promise<Freshness>[]): Promise<Freshness> {
  try {
    return await Promise.any(asked)
  } catch (error) {
    throw (error as AggregateError).errors[0]
  }
}
