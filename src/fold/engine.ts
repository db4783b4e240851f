import { MillraceError } from '../errors.ts'
import { answer, type Labels } from '../report/answer.ts'
import type { EngineAnswer, EngineRequest, FilterOption, Freshness, ReportEngine } from '../report/engine.ts'
import { reachPosition } from '../report/position-wait.ts'
import { conditionsOf, type Reading, resolveReading, selected } from '../report/reading.ts'
import type { ReportDefinition } from '../report/report.ts'
import { bySchema, definition } from '../report/source.ts'
import { wire } from '../report/value.ts'
import { refusing } from '../report/value-refused.ts'
import { expiryOfDay } from '../rollup/expiry.ts'
import type { KeyRange } from '../rollup/key-range.ts'
import { optionsOf, optionsRange } from '../rollup/options.ts'
import type { FoldPlan } from '../rollup/plan.ts'
import { groupsOf, rangesOf } from '../rollup/read.ts'
import { hasExpired } from '../store/keys.ts'
import type { Position, ReadResult, ReportStore, State } from '../store/report-store.ts'
import type { Allowlist } from '../tenancy/allowlist.ts'
import type { Tenant } from '../tenancy/tenant.ts'
import { BuildsOfReports } from './builds-of-reports.ts'
import { KeptAnswers } from './kept-answers.ts'
import { shareRanges } from './shared-ranges.ts'
import { storeFreshness } from './store-freshness.ts'

/** The labels of dimensions that have a lookup; `valuesOf` gives the values that need one. */
export type ReadLabels = (
  request: Omit<EngineRequest, 'given' | 'attributes' | 'now'>,
  report: ReportDefinition,
  valuesOf: (dimension: string) => readonly (string | null)[],
) => Promise<Labels>

export interface StoreEngineOptions {
  readonly store: Pick<ReportStore, 'read' | 'progress' | 'fillings' | 'close'>
  /** `main`. */
  readonly stream?: string
  readonly allowlist: Pick<Allowlist, 'require'>
  /** An answer of more rows is an error, never cut. */
  readonly rowLimit: number
  readonly labels: ReadLabels
  /** A place among the reads that run at once (T8), to be given back. Without it there is no limit. */
  readonly acquire?: (tenant: string, signal: AbortSignal) => Promise<() => void>
  /** How current a position is by the source's own clock, where that is known. */
  readonly freshnessAt?: (position: Position) => Freshness
  /** Milliseconds that an answer waits which must hold a position. 2,000. */
  readonly positionWaitMilliseconds?: number
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** An answer from counters, and when they were last added to. */
export interface StoreAnswer extends EngineAnswer {
  readonly engine: 'store'
  readonly position: Position
  readonly changedAt: Position
}

/**
 * Engine 2: a report is read from the counters of its build. `find` and `findOptions` give null where no build is ready that was
 * folded by the report as it is now, for the tenant as it is now; `read` and `options` then throw REPORT_BUILDING where one is being
 * filled, and otherwise STORE_BUILD_GONE.
 */
export interface StoreEngine extends ReportEngine {
  readonly name: 'store'
  find(request: EngineRequest): Promise<StoreAnswer | null>
  findOptions(
    request: Omit<EngineRequest, 'given'>,
    filter: string,
    limit: number,
  ): Promise<readonly FilterOption[] | null>
  /**
   * How far the build has come that is being filled for the report as it is now, 0 to 1. Null: nobody can tell.
   * Undefined: none is being filled.
   */
  filling(request: Pick<EngineRequest, 'report' | 'tenant'>): Promise<number | null | undefined>
}

/** Milliseconds after which what a worker told last is taken for what a worker told that is gone. */
const toldWithin = 60_000

export function createStoreEngine(options: StoreEngineOptions): StoreEngine {
  const { store, stream = 'main', allowlist, rowLimit, labels, freshnessAt, positionWaitMilliseconds: within } = options
  const { now = Date.now, acquire = async () => () => {} } = options
  const builds = new BuildsOfReports()
  const kept = new KeptAnswers()

  async function readNow(
    of: { readonly tenant: string; readonly report: string; readonly fingerprint: string },
    ranges: readonly KeyRange[],
    { signal, known }: Pick<EngineRequest, 'signal'> & { readonly known?: State | undefined },
  ): Promise<ReadResult | null> {
    const release = await acquire(of.tenant, signal)
    try {
      // T2: who left the allowlist while it waited reaches no key.
      allowlist.require(of.tenant)
      return await store.read(stream, of, ranges, known)
    } finally {
      release()
    }
  }

  /** The counters, at a state that holds what the request asks for. */
  async function counters(
    request: Pick<EngineRequest, 'includes' | 'signal'>,
    of: { readonly tenant: string; readonly report: string; readonly fingerprint: string },
    ranges: readonly KeyRange[],
    known?: State,
  ): Promise<ReadResult | null> {
    const { includes, signal } = request
    const found = await readNow(of, ranges, { signal, known })
    if (found === null || includes === undefined || found.asOf >= includes) return found
    const look = async () => (await store.progress(stream)).position
    await reachPosition(includes, look, { signal, ...(within === undefined ? {} : { within }) })
    return readNow(of, ranges, { signal, known })
  }

  async function find(request: EngineRequest): Promise<StoreAnswer | null> {
    const tenant = allowlist.require(request.tenant)
    const report = foldable(request)
    const reading = resolveReading(report, { ...request, tenant })
    const built = builds.of(report, withSchema(report, tenant))
    const { plan, fingerprint } = built
    const key = KeptAnswers.keyOf(built, reading, request)
    const known = kept.of(key)
    const since = performance.now()
    const of = { tenant: tenant.id, report: report.name, fingerprint }
    const shared = shareRanges(rangesOf(plan, reading))
    const found = await counters(request, of, shared.ranges, known)
    if (found === null) return null
    const milliseconds = performance.now() - since
    const { asOf, committedAt, build } = found
    refuseExpired(plan, reading, committedAt)
    const freshness = storeFreshness({ position: asOf, committedAt }, now(), freshnessAt)
    const at = { engine: 'store', position: asOf, changedAt: build.changedAt, ...freshness } as const
    const { timeZone } = reading
    if (build.number === known?.number && build.changedAt === known.changedAt)
      return { ...at, rows: known.rows, timeZone, milliseconds }
    const groups = refusing(report.name, () => groupsOf(plan, reading, shared.counters(found.counters)))
    const dimensions = Object.keys(report.dimensions)
    const labelled = await labels(request, report, (dimension) =>
      groups.map((group) => group.dimensions[dimensions.indexOf(dimension)] ?? null),
    )
    const rows = refusing(report.name, () => answer(reading, groups, labelled, rowLimit))
    kept.keep(key, build, rows)
    return { ...at, rows, timeZone, milliseconds }
  }

  async function findOptions(
    request: Omit<EngineRequest, 'given'>,
    filter: string,
    limit: number,
  ): Promise<readonly FilterOption[] | null> {
    const tenant = allowlist.require(request.tenant)
    const report = foldable(request)
    if (!report.filters.includes(filter))
      throw new MillraceError('PARAMETER_INVALID', `report "${report.name}" has no such filter`)
    const { plan, fingerprint } = builds.of(report, withSchema(report, tenant))
    const of = { tenant: tenant.id, report: report.name, fingerprint }
    const found = await counters(request, of, [optionsRange(plan, filter)])
    if (found === null) return null
    const tests = conditionsOf(report, request.attributes)
    const values = optionsOf(plan, filter, tests, found.counters[0] ?? [], limit)
    const labelled = filter in report.lookup ? (await labels(request, report, () => values))[filter] : undefined
    const { type } = selected(report, filter)
    return refusing(report.name, () =>
      values.map((raw) => {
        const value = wire(type, raw)
        if (!(filter in report.lookup)) return { value }
        return { value, label: raw === null ? null : (labelled?.get(raw) ?? null) }
      }),
    )
  }

  async function filling(request: Pick<EngineRequest, 'report' | 'tenant'>): Promise<number | null | undefined> {
    const tenant = allowlist.require(request.tenant)
    const report = foldable(request)
    const { fingerprint } = builds.of(report, withSchema(report, tenant))
    const found = (await store.fillings(stream, [tenant.id])).findLast(
      (build) => build.report === report.name && build.fingerprint === fingerprint,
    )
    if (found === undefined) return undefined
    const told = found.filling
    return told === undefined || told.isOver || now() - told.toldAt > toldWithin ? null : told.share
  }

  async function notBuilt(request: Pick<EngineRequest, 'report' | 'tenant'>): Promise<never> {
    const progress = await filling(request)
    const about = `report "${request.report.name}"`
    if (progress === undefined)
      throw new MillraceError('STORE_BUILD_GONE', `${about} has no build that is ready`, { retryAfter: 5 })
    throw new MillraceError('REPORT_BUILDING', `${about} has no build that is ready yet`, {
      retryAfter: 5,
      ...(progress === null ? {} : { progress }),
    })
  }

  return {
    name: 'store',
    find,
    findOptions,
    filling,
    async read(request) {
      return (await find(request)) ?? (await notBuilt(request))
    },
    async options(request, filter, limit) {
      return (await findOptions(request, filter, limit)) ?? (await notBuilt(request))
    },
    async freshness() {
      return storeFreshness(await store.progress(stream), now(), freshnessAt)
    },
    close: () => store.close(),
  }
}

function foldable({ report }: Pick<EngineRequest, 'report'>): ReportDefinition {
  if (report.node === 'report') return report
  throw new MillraceError('INTERNAL', `report "${report.name}" is raw SQL, which is not folded`)
}

/**
 * S2: what has expired would be read as zero. Whoever asks for it has a clock that is days behind the source's: nobody else is let
 * look back so far.
 */
function refuseExpired(plan: FoldPlan, { report, periods }: Reading, committedAt: bigint): void {
  const isExpired = periods.some(
    ({ days }) => days !== undefined && hasExpired(expiryOfDay(plan, days.from), committedAt),
  )
  if (!isExpired) return
  const detail = `report "${report.name}" was asked for days that its source has left behind: the clock of this process is wrong`
  throw new MillraceError('INTERNAL', detail)
}

/** Throws TENANT_UNKNOWN where tenancy is by schema and the tenant has none, as the replica does. */
function withSchema({ from }: ReportDefinition, tenant: Tenant): Tenant {
  if (from[definition].tenant !== bySchema || tenant.schema !== undefined) return tenant
  throw new MillraceError('TENANT_UNKNOWN', 'the tenant has no schema of its own')
}
