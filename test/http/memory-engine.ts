import { answer } from '../../src/report/answer.ts'
import { type Arm, armsOf, type Group } from '../../src/report/arm.ts'
import type { Column } from '../../src/report/column.ts'
import type { EngineAnswer, EngineRequest, Freshness, ReportEngine } from '../../src/report/engine.ts'
import type { Measure } from '../../src/report/measure.ts'
import { parameter, resolveReading, selected } from '../../src/report/reading.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import type { ResolvedTest } from '../../src/report/resolve-where.ts'
import { wire } from '../../src/report/value.ts'
import type { Row } from '../../src/report/write-row.ts'

/** A row of a source by property: canonical text; instants as microseconds since 1970. */
export type StoredRow = Readonly<Record<string, string | null>>

/** The rows of each tenant, by table. */
export type StoredTenants = Readonly<Record<string, Readonly<Record<string, readonly StoredRow[]>>>>

/** An engine for tests of what stands around one: it answers from rows in memory, and holds, fails or lags when told. */
export interface MemoryEngine extends ReportEngine {
  freshnessNow: Freshness & Pick<EngineAnswer, 'building' | 'progress'>
  /** Runs before each answer. */
  before: (request: Omit<EngineRequest, 'given'>) => Promise<void>
}

export function memoryEngine(tenants: StoredTenants, rowLimit = 10_000): MemoryEngine {
  const rowsOf = ({ tenant }: { readonly tenant: string }, table: string) => tenants[tenant]?.[table] ?? []

  function readReport(request: EngineRequest, report: ReportDefinition): { rows: Row[]; timeZone: string } {
    const reading = resolveReading(report, { ...request, tenant: { id: request.tenant, timeZone: 'UTC' } })
    const [first] = Object.values(report.dimensions)
    const table = (first ?? report.time?.column)?.table ?? ''
    const rows = rowsOf(request, table).filter((row) => reading.tests.every((test) => passes(row, test)))
    const groups = armsOf(reading).flatMap((arm, index) => groupsOf(report, arm, index, rows))
    const labels = Object.fromEntries(
      Object.entries(report.lookup).map(([dimension, { key, label }]) => [
        dimension,
        new Map(rowsOf(request, key.table).map((row) => [row[key.property] ?? '', row[label.property] ?? ''])),
      ]),
    )
    return { rows: answer(reading, groups, labels, rowLimit), timeZone: reading.timeZone }
  }

  /** As the sample's raw report would. */
  function readSql({ given, report, tenant }: EngineRequest): Row[] {
    if (report.node !== 'sqlReport') return []
    for (const [name, column] of Object.entries(report.params)) {
      if (given[name] == null && column.nullable) continue
      parameter(column, given[name], name)
    }
    const channels = new Set(rowsOf({ tenant }, 'booking').map((row) => row.channel ?? ''))
    return [...channels].map((channel) => ({
      channel,
      bookings: rowsOf({ tenant }, 'booking').filter((row) => row.channel === channel).length,
      revenue: '9007199254740993.10',
      share: 0.25,
      key: null,
      large: true,
    }))
  }

  const engine: MemoryEngine = {
    name: 'replica',
    freshnessNow: { asOf: '2026-11-21T09:00:00.123456Z', lagSeconds: 0.5 },
    before: async () => {},
    async read(request) {
      await engine.before(request)
      const { report } = request
      const read = report.node === 'report' ? readReport(request, report) : { rows: readSql(request), timeZone: 'UTC' }
      return { engine: 'replica', position: '0000000000000abc', ...engine.freshnessNow, ...read, milliseconds: 1 }
    },
    async options(request, filter, limit) {
      await engine.before(request)
      if (request.report.node !== 'report') return []
      const column = selected(request.report, filter)
      const values = rowsOf(request, column.table).map((row) => row[column.property] ?? null)
      return [...new Set(values)].slice(0, limit).map((value) => ({ value: wire(column.type, value) }))
    },
    freshness: async () => engine.freshnessNow,
    close: async () => {},
  }
  return engine
}

function passes(row: StoredRow, test: ResolvedTest): boolean {
  const value = row[test.column.property] ?? null
  if (test.test === 'range') return value !== null
  const isIn = value === null ? false : test.values.includes(value)
  return test.test === 'in' ? isIn || (value === null && test.orNull) : !isIn
}

function groupsOf(report: ReportDefinition, arm: Arm, index: number, rows: readonly StoredRow[]): Group[] {
  const dimensions = Object.values(report.dimensions)
  const groups = new Map<string, { key: (string | null)[]; bucket: string | null; rows: StoredRow[] }>()
  for (const row of rows) {
    const day = arm.time === undefined ? null : (row[arm.time.property] ?? null)
    const { days } = arm
    if (days !== undefined && (day === null || day >= days.to || day < (days.from ?? ''))) continue
    const key = dimensions.map((column: Column) => row[column.property] ?? null)
    const bucket = arm.bucketed ? day : null
    const id = JSON.stringify([key, bucket])
    const group = groups.get(id) ?? { key, bucket, rows: [] }
    group.rows.push(row)
    groups.set(id, group)
  }
  return [...groups.values()].map((group) => ({
    arm: index,
    dimensions: group.key,
    bucket: group.bucket,
    states: arm.measures.flatMap((name) => statesOf(report.measures[name] as Measure, group.rows)),
  }))
}

function statesOf({ aggregate, of }: Measure, rows: readonly StoredRow[]): (string | null)[] {
  const property = typeof of === 'object' && of.node === 'column' ? of.property : ''
  const values = rows.flatMap((row) => row[property] ?? [])
  const hundredths = values.reduce((all, value) => all + BigInt(Math.round(Number(value) * 100)), 0n)
  const sum = `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`
  switch (aggregate) {
    case 'count':
      return [String(rows.length)]
    case 'sum':
      return [
        values.every((value) => !value.includes('.'))
          ? values.reduce((all, each) => all + BigInt(each), 0n).toString()
          : sum,
      ]
    case 'avg':
      return [sum, String(values.length)]
    default:
      return [values.length === 0 ? null : values.reduce((a, b) => (Number(a) > Number(b) ? a : b))]
  }
}
