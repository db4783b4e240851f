import { randomUUID } from 'node:crypto'
import { Temporal } from 'temporal-polyfill'
import type { Audit } from '../access/audit.ts'
import { authorize, mayRead } from '../access/authorize.ts'
import type { Viewer } from '../access/viewer.ts'
import { MillraceError } from '../errors.ts'
import type { AnyReport, Catalog } from '../report/catalog.ts'
import type { EngineName, EngineRequest, ReportEngine } from '../report/engine.ts'
import type { Allowlist } from '../tenancy/allowlist.ts'
import { attempts, type Observe } from './attempt.ts'
import { columnsIn, filtersIn, paramsIn, summaryOf } from './describe.ts'
import { ownNames, refuseUnknownNames } from './parameters.ts'
import { attributesFor, isStale, type PreparedReport, prepareReport } from './prepared-report.ts'
import { problemOf } from './problem.ts'
import { readEach, refuseTooMany } from './read-many.ts'
import { type ListenerLimits, type ReportChanges, ReportEvents } from './report-events.ts'
import type { AnyReports, ReadOptions, Reports } from './reports.ts'
import type { FilterOptions, ReadRequest, ReadResult, ReportAnswer } from './wire.ts'

export interface ReportsOptions<C extends Catalog> {
  readonly catalog: C
  readonly engine: ReportEngine
  readonly tenants: Pick<Allowlist, 'require' | 'list'>
  readonly audit: Audit
  readonly now?: () => Temporal.Instant
  readonly observe?: Observe
  /** Where a store answers: what changes in it. */
  readonly changes?: ReportChanges
  /** Who may listen to events at once: 200 of one tenant, 5,000 in all. */
  readonly listeners?: ListenerLimits
}

/** How many values of a filter are listed. */
const mostOptions = 1000

export function createReports<const C extends Catalog>(options: ReportsOptions<C>): Reports<C> {
  const {
    catalog,
    engine,
    changes,
    listeners,
    tenants,
    audit,
    now = () => Temporal.Now.instant(),
    observe = () => {},
  } = options
  const prepared = new Map(catalog.reports.map((report) => [report.name, prepareReport(report)]))
  const engineOf = (name: string): EngineName => {
    const report = prepared.get(name)?.report
    return (report === undefined ? undefined : engine.engineOf?.(report)) ?? engine.name
  }
  const attempt = attempts({ engineOf, known: (name) => prepared.has(name), audit, observe })

  /** T2, then T7: whoever is on no allowlist learns not even which reports there are. */
  function admit(viewer: Viewer, name: string): PreparedReport {
    tenants.require(viewer.tenant)
    const found = prepared.get(name)
    authorize(viewer, name, found?.report)
    return found as PreparedReport
  }

  function readable(viewer: Viewer): readonly AnyReport[] {
    tenants.require(viewer.tenant)
    return catalog.reports.filter((report) => mayRead(viewer, report))
  }

  const asking = (
    viewer: Viewer,
    admitted: PreparedReport,
    { signal, includes }: Settled,
  ): Omit<EngineRequest, 'given'> => ({
    report: admitted.report,
    tenant: viewer.tenant,
    attributes: attributesFor(admitted, viewer),
    now: now(),
    signal,
    ...(includes === undefined ? {} : { includes }),
  })

  async function read(viewer: Viewer, name: string, input: object, options: ReadOptions = {}): Promise<ReportAnswer> {
    const asked = settled(options)
    const { signal, requestId, languages } = asked
    const given = ownNames(Object.entries(input))
    const taken = prepared.get(name)?.names
    const parameters = Object.keys(given).filter((each) => taken?.has(each))
    const attempted = { event: 'report.read', viewer, name, parameters, requestId, signal } as const
    return attempt(attempted, async () => {
      const admitted = admit(viewer, name)
      refuseUnknownNames(admitted.report, admitted.names, given)
      const answer = await engine.read({ ...asking(viewer, admitted, asked), given })
      const { asOf, lagSeconds, position, timeZone, rows, milliseconds, building, progress = null } = answer
      const value: ReportAnswer = {
        report: name,
        asOf,
        lagSeconds,
        stale: isStale(answer, admitted),
        timeZone,
        engine: answer.engine,
        ...(building === undefined ? {} : { building, progress }),
        position,
        columns: columnsIn(admitted.columns, languages),
        rows,
      }
      return { value, rows: rows.length, engine: answer.engine, asOf, statementSeconds: milliseconds / 1000 }
    })
  }

  async function readMany(
    viewer: Viewer,
    requests: readonly ReadRequest[],
    options: ReadOptions = {},
  ): Promise<ReadResult[]> {
    refuseTooMany(requests)
    tenants.require(viewer.tenant)
    const common = settled(options)
    return readEach(
      requests,
      (report, params) => read(viewer, report, params, common),
      (error) => {
        options.onError?.(error)
        return problemOf(error, common.requestId)
      },
    )
  }

  async function optionsOf(
    viewer: Viewer,
    name: string,
    filter: string,
    options: ReadOptions = {},
  ): Promise<FilterOptions> {
    const asked = settled(options)
    const { signal, requestId } = asked
    const isKnown = prepared.get(name)?.filters.includes(filter) === true
    const parameters = isKnown ? [filter] : []
    const attempted = { event: 'report.options', viewer, name, parameters, requestId, signal } as const
    return attempt(attempted, async () => {
      const admitted = admit(viewer, name)
      if (!admitted.filters.includes(filter))
        throw new MillraceError('NOT_FOUND', `report "${name}" has no filter ${JSON.stringify(filter)}`)
      const found = await engine.options(asking(viewer, admitted, asked), filter, mostOptions + 1)
      const value = {
        report: name,
        filter,
        options: found.slice(0, mostOptions),
        complete: found.length <= mostOptions,
      }
      return { value, rows: value.options.length }
    })
  }

  /** A change in the store says nothing of what the replica answers. */
  const told = (viewer: Viewer): ReadonlySet<string> =>
    new Set(readable(viewer).flatMap(({ name }) => (engineOf(name) === 'store' ? [name] : [])))
  const events = changes === undefined ? undefined : new ReportEvents({ changes, readable: told, ...listeners })

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
        engine: engineOf(name),
        freshWithin,
      }
    },
    read,
    readMany,
    options: optionsOf,
    listeners: () => events?.total ?? 0,
    listen: async (viewerNow, since, tell) => events?.listen(viewerNow, since, tell),
    async ready() {
      tenants.list()
      return engine.freshness()
    },
  }
  return reports as unknown as Reports<C>
}

type Settled = ReturnType<typeof settled>

const settled = ({ signal, requestId, languages, includes }: ReadOptions) => ({
  includes,
  signal: signal ?? new AbortController().signal,
  requestId: requestId ?? randomUUID(),
  languages: languages ?? [],
})
