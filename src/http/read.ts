import { randomUUID } from 'node:crypto'
import { Temporal } from 'temporal-polyfill'
import type { Audit } from '../access/audit.ts'
import { authorize, mayRead } from '../access/authorize.ts'
import type { Viewer } from '../access/viewer.ts'
import { MillraceError } from '../errors.ts'
import type { AnyReport, Catalog } from '../report/catalog.ts'
import { parseDuration } from '../report/duration.ts'
import type { EngineRequest, Freshness, ReportEngine } from '../report/engine.ts'
import { type AnswerColumn, shapeOf } from '../report/shape.ts'
import type { Allowlist } from '../tenancy/allowlist.ts'
import { attempts, type Observe } from './attempt.ts'
import { columnsIn, filtersIn, paramsIn, summaryOf } from './describe.ts'
import { ownNames, refuseUnknownNames } from './parameters.ts'
import { problemOf } from './problem.ts'
import type { AnyReports, ReadOptions, Reports } from './reports.ts'
import type { FilterOptions, ReadRequest, ReadResult, ReportAnswer } from './wire.ts'

export interface ReportsOptions<C extends Catalog> {
  readonly catalog: C
  readonly engine: ReportEngine
  readonly tenants: Pick<Allowlist, 'require' | 'list'>
  readonly audit: Audit
  readonly now?: () => Temporal.Instant
  readonly observe?: Observe
}

/** How many reports one request may read. */
export const mostReports = 20
/** How many of them are read at once: one reader must not fill the tenant's queue, and be refused by it. */
const mostAtOnce = 4
/** How many values of a filter are listed. */
export const mostOptions = 1000

interface Prepared {
  readonly report: AnyReport
  readonly columns: readonly AnswerColumn[]
  /** Seconds. */
  readonly freshWithin: number | null
}

/** Throws REPORT_INVALID where a report's `freshWithin` is no duration. */
export function createReports<const C extends Catalog>(options: ReportsOptions<C>): Reports<C> {
  const { catalog, engine, tenants, audit, now = () => Temporal.Now.instant(), observe = () => {} } = options
  const prepared = new Map(catalog.reports.map((report) => [report.name, prepare(report)]))
  const attempt = attempts({ engine: engine.name, known: (name) => prepared.has(name), audit, observe })

  /** T2, then T7: whoever is on no allowlist learns not even which reports there are. */
  function admit(viewer: Viewer, name: string): Prepared {
    tenants.require(viewer.tenant)
    const found = prepared.get(name)
    authorize(viewer, name, found?.report)
    return found as Prepared
  }

  function readable(viewer: Viewer): readonly AnyReport[] {
    tenants.require(viewer.tenant)
    return catalog.reports.filter((report) => mayRead(viewer, report))
  }

  const asking = (viewer: Viewer, report: AnyReport, signal: AbortSignal): Omit<EngineRequest, 'given'> => ({
    report,
    tenant: viewer.tenant,
    attributes: attributesFor(report, viewer),
    now: now(),
    signal,
  })

  async function read(viewer: Viewer, name: string, input: object, options: ReadOptions = {}): Promise<ReportAnswer> {
    const { signal, requestId, languages } = settled(options)
    const given = ownNames(Object.entries(input))
    const attempted = { event: 'report.read', viewer, name, parameters: Object.keys(given), requestId, signal } as const
    return attempt(attempted, async () => {
      const { report, columns, freshWithin } = admit(viewer, name)
      refuseUnknownNames(report, given)
      const answer = await engine.read({ ...asking(viewer, report, signal), given })
      const { asOf, lagSeconds, timeZone, rows, milliseconds } = answer
      const value: ReportAnswer = {
        report: name,
        asOf,
        lagSeconds,
        stale: isStale(answer, freshWithin),
        timeZone,
        engine: engine.name,
        columns: columnsIn(columns, languages),
        rows,
      }
      return { value, rows: rows.length, asOf, statementSeconds: milliseconds / 1000 }
    })
  }

  async function readMany(
    viewer: Viewer,
    requests: readonly ReadRequest[],
    options: ReadOptions = {},
  ): Promise<ReadResult[]> {
    if (requests.length === 0 || requests.length > mostReports)
      throw new MillraceError('REQUEST_INVALID', `a request reads 1 to ${mostReports} reports`)
    tenants.require(viewer.tenant)
    const common = settled(options)
    const results: ReadResult[] = []
    const waiting = requests.entries()
    const take = async (): Promise<void> => {
      for (const [at, { report, params = {} }] of waiting) {
        try {
          results[at] = { report, answer: await read(viewer, report, params, common) }
        } catch (error) {
          results[at] = { report, problem: problemOf(error, common.requestId) }
        }
      }
    }
    await Promise.all(Array.from({ length: mostAtOnce }, take))
    return results
  }

  async function optionsOf(
    viewer: Viewer,
    name: string,
    filter: string,
    options: ReadOptions = {},
  ): Promise<FilterOptions> {
    const { signal, requestId } = settled(options)
    const attempted = { event: 'report.options', viewer, name, parameters: [filter], requestId, signal } as const
    return attempt(attempted, async () => {
      const { report } = admit(viewer, name)
      if (report.node === 'sqlReport' || !report.filters.includes(filter))
        throw new MillraceError('NOT_FOUND', `report "${name}" has no filter ${JSON.stringify(filter)}`)
      const found = await engine.options(asking(viewer, report, signal), filter, mostOptions + 1)
      const value = {
        report: name,
        filter,
        options: found.slice(0, mostOptions),
        complete: found.length <= mostOptions,
      }
      return { value, rows: value.options.length }
    })
  }

  const reports: AnyReports = {
    catalog,
    engine: engine.name,
    readable,
    list: (viewer, languages = []) => readable(viewer).map((report) => summaryOf(report, languages)),
    describe(viewer, name, languages = []) {
      const { report, columns, freshWithin } = admit(viewer, name)
      return {
        ...summaryOf(report, languages),
        columns: columnsIn(columns, languages),
        params: paramsIn(report, languages),
        filters: filtersIn(report, languages),
        engine: engine.name,
        freshWithin,
      }
    },
    read,
    readMany,
    options: optionsOf,
    async ready() {
      tenants.list()
      return engine.freshness()
    },
  }
  return reports as unknown as Reports<C>
}

const prepare = (report: AnyReport): Prepared => ({
  report,
  columns: shapeOf(report),
  freshWithin: report.freshWithin === undefined ? null : parseDuration(report.freshWithin),
})

/** A lag that nobody can tell is not within any bound. */
function isStale({ lagSeconds }: Freshness, freshWithin: number | null): boolean {
  return freshWithin !== null && (lagSeconds === null || lagSeconds > freshWithin)
}

/** Those that the report's `restrict` looks at, and no other. */
function attributesFor({ restrict }: { readonly restrict: object }, { attributes }: Viewer): Viewer['attributes'] {
  const names = Object.values(restrict) as string[]
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(attributes, name)).map((name) => [name, attributes[name] ?? []]),
  )
}

const settled = ({ signal, requestId, languages }: ReadOptions) => ({
  signal: signal ?? new AbortController().signal,
  requestId: requestId ?? randomUUID(),
  languages: languages ?? [],
})
