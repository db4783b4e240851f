import { MillraceError } from '../errors.ts'
import { answer, type Labels } from '../report/answer.ts'
import { armsOf, type Group } from '../report/arm.ts'
import type { EngineAnswer, EngineRequest, FilterOption, ReportEngine } from '../report/engine.ts'
import { reachPosition } from '../report/position-wait.ts'
import { conditionsOf, resolveReading, selected } from '../report/reading.ts'
import type { ReportDefinition } from '../report/report.ts'
import type { SqlReportDefinition } from '../report/sql-report.ts'
import { wire } from '../report/value.ts'
import { refusing } from '../report/value-refused.ts'
import type { Row } from '../report/write-row.ts'
import type { Allowlist } from '../tenancy/allowlist.ts'
import type { Tenant } from '../tenancy/tenant.ts'
import { compileReport } from './compile-report.ts'
import { compileSqlReport, parameterTexts } from './compile-sql-report.ts'
import type { ExchangeStatement } from './exchange.ts'
import { compileLookup, compileOptions } from './lookup-sql.ts'
import { readGroups } from './read-groups.ts'
import { tenancyOf } from './relation-sql.ts'
import type { Replica, ReplicaAnswer } from './replica.ts'
import { verifySqlReport } from './verify-sql-report.ts'

export interface QueryEngineOptions {
  readonly replica: Replica
  readonly allowlist: Allowlist
  /** An answer of more rows is an error, never cut. */
  readonly rowLimit: number
  /** Milliseconds that an answer waits which must hold a position. 2,000. */
  readonly positionWaitMilliseconds?: number
}

type Asking = Pick<EngineRequest, 'report' | 'tenant' | 'signal'>

export interface QueryEngine extends ReportEngine {
  readonly name: 'replica'
  /** The labels of a report's dimensions that have a lookup; `valuesOf` gives the values that need one. */
  labels(
    request: Asking,
    report: ReportDefinition,
    valuesOf: (dimension: string) => readonly (string | null)[],
  ): Promise<Labels>
}

/** Engine 1: a report is one bounded, tenant-scoped, read-only statement on the replica. */
export function createQueryEngine(options: QueryEngineOptions): QueryEngine {
  const { replica, allowlist, rowLimit, positionWaitMilliseconds: within } = options
  const verified = new Map<string, Promise<void>>()

  async function run(request: Asking, statement: ExchangeStatement) {
    const sources = request.report.node === 'report' ? [request.report.from] : request.report.sources
    return await replica.run({
      tenant: request.tenant,
      tenancy: sources.some((source) => tenancyOf(source) === 'schema') ? 'schema' : 'column',
      application: `millrace ${request.report.name}`,
      statements: [{ rowLimit, ...statement }],
      signal: request.signal,
    })
  }

  async function rowsOf(request: Asking & Pick<EngineRequest, 'includes'>, statement: ExchangeStatement) {
    const { includes, signal } = request
    if (includes !== undefined) {
      const look = async () => (await replica.freshness()).position
      await reachPosition(includes, look, { signal, ...(within === undefined ? {} : { within }) })
    }
    const ran = await run(request, statement)
    // Behind one address there may be several servers.
    if (includes !== undefined && (ran.position ?? '') < includes)
      throw new MillraceError('POSITION_NOT_REACHED', 'what answered is behind the position that was asked for', {
        retryAfter: 1,
      })
    const [outcome] = ran.outcomes
    if (outcome === undefined || !outcome.complete) {
      throw new MillraceError('TOO_MANY_ROWS', `report "${request.report.name}" has more than ${rowLimit} rows`)
    }
    return { ...ran, rows: outcome.rows }
  }

  async function labelsOf(
    { report: asked, tenant, signal }: Asking,
    report: ReportDefinition,
    valuesOf: (dimension: string) => readonly (string | null)[],
  ): Promise<Labels> {
    const request = { report: asked, tenant, signal }
    const labels: Record<string, ReadonlyMap<string, string>> = {}
    for (const [dimension, lookup] of Object.entries(report.lookup)) {
      const values = [...new Set(valuesOf(dimension))].filter((value) => value !== null)
      const { rows } =
        values.length === 0 ? { rows: [] } : await rowsOf(request, compileLookup(lookup, request.tenant, values))
      labels[dimension] = new Map(rows.flatMap(([key, label]) => (key == null || label == null ? [] : [[key, label]])))
    }
    return labels
  }

  async function readReport(request: EngineRequest, report: ReportDefinition, tenant: Tenant): Promise<EngineAnswer> {
    const reading = resolveReading(report, { ...request, tenant })
    // A row of the answer is made of one group of each arm at most; `answer` counts the rows themselves.
    const groupLimit = rowLimit * armsOf(reading).length
    const ran = await rowsOf(request, { ...compileReport(reading, tenant.id), rowLimit: groupLimit })
    const groups: readonly Group[] = readGroups(report, ran.rows)
    const dimensions = Object.keys(report.dimensions)
    const labels = await labelsOf(request, report, (dimension) =>
      groups.map((group) => group.dimensions[dimensions.indexOf(dimension)] ?? null),
    )
    const rows = refusing(report.name, () => answer(reading, groups, labels, rowLimit))
    return { ...freshnessOf(ran), timeZone: reading.timeZone, rows }
  }

  async function readSql(request: EngineRequest, report: SqlReportDefinition, tenant: Tenant): Promise<EngineAnswer> {
    const texts = parameterTexts(report, request.given, request.attributes)
    // Shared by all who wait for it, so that it does not end with the one who came first.
    const { signal } = new AbortController()
    const verification =
      verified.get(report.name) ??
      verifySqlReport(report, tenant.id, texts, (statement) => run({ ...request, signal }, statement))
    verified.set(report.name, verification)
    await verification.catch((error: unknown) => {
      verified.delete(report.name)
      throw error
    })
    const ran = await rowsOf(request, compileSqlReport(report, tenant.id, texts))
    const columns = Object.entries(report.row)
    const rows = refusing(report.name, () =>
      ran.rows.map((row) =>
        Object.fromEntries(columns.map(([name, column], at) => [name, sqlValue(column, row[at] ?? null)])),
      ),
    )
    return { ...freshnessOf(ran), timeZone: tenant.timeZone, rows }
  }

  return {
    name: 'replica',
    async read(request) {
      const tenant = allowlist.require(request.tenant)
      const { report } = request
      return report.node === 'report' ? readReport(request, report, tenant) : readSql(request, report, tenant)
    },
    async options(request, filter, limit) {
      const tenant = allowlist.require(request.tenant)
      const { report } = request
      if (report.node !== 'report' || !report.filters.includes(filter)) {
        throw new MillraceError('PARAMETER_INVALID', `report "${report.name}" has no such filter`)
      }
      const tests = conditionsOf(report, request.attributes)
      const ran = await rowsOf(request, compileOptions(report, filter, tests, tenant.id, limit))
      const values = ran.rows.map(([value]) => value ?? null)
      const labels = filter in report.lookup ? await labelsOf(request, report, () => values) : {}
      const { type } = selected(report, filter)
      const option = (raw: string | null): FilterOption => {
        const value = wire(type, raw)
        return filter in labels ? { value, label: raw === null ? null : (labels[filter]?.get(raw) ?? null) } : { value }
      }
      return refusing(report.name, () => values.map(option))
    },
    labels: labelsOf,
    freshness: () => replica.freshness(),
    close: () => replica.close(),
  }
}

const freshnessOf = ({ asOf, lagSeconds, position, milliseconds }: ReplicaAnswer) => ({
  engine: 'replica' as const,
  asOf,
  lagSeconds,
  position,
  milliseconds,
})

function sqlValue(column: SqlReportDefinition['row'][string], raw: string | null): Row[string] {
  const { type } = column
  if (type.kind === 'enum' && raw !== null && !type.values.includes(raw)) return 'other'
  return wire(type, raw)
}
