import { MillraceError } from '../errors.ts'
import type { Column } from '../report/column.ts'
import { columnsOfSource } from '../report/reading.ts'
import type { ReportDefinition } from '../report/report.ts'
import { planOf } from '../rollup/plan.ts'
import { byTable } from './by-table.ts'
import { columnsOfPlan } from './fold-columns.ts'
import type { GivenLoad, GivenTable } from './given-load.ts'
import type { ColumnLoad, Load, TableLoad, UpdateLoad } from './load.ts'

export const defaults = {
  seed: 1,
  tenants: 100,
  skew: 1,
  growth: 1.5,
  tenantGrowth: 1,
  peak: 3,
  readsPerMinute: 1,
  changesPerSecond: 10,
} as const

const daysOfRows = 365
const updateAgeDays = 14
const secondsPerDay = 86_400

/** What was given of a load, and defaults for what was not. Throws COMMAND_INVALID where it names no table, or no column, of the reports. */
export function completeLoad(given: GivenLoad, reports: readonly ReportDefinition[]): Load {
  const { tables = {}, changesPerSecond = defaults.changesPerSecond, ...rest } = given
  const ofTables = byTable(reports)
  const unknown = Object.keys(tables).find((table) => !ofTables.has(table))
  if (unknown !== undefined)
    throw invalid(`tables.${unknown}`, 'no folded report has such a source', [...ofTables.keys()])
  const share = changesPerSecond / Math.max(1, ofTables.size)
  return {
    ...defaults,
    ...present(rest),
    tables: Object.fromEntries(
      [...ofTables].map(([table, some]) => [table, completeTable(table, tables[table] ?? {}, share, some)]),
    ),
  }
}

function completeTable(
  table: string,
  given: GivenTable,
  share: number,
  reports: readonly ReportDefinition[],
): TableLoad {
  const columns: Readonly<Record<string, Column>> = columnsOfSource((reports[0] as ReportDefinition).from)
  const read = new Set(reports.flatMap((report) => [...columnsOfPlan(planOf(report, 'UTC'))]))
  const ofReports = Object.entries(columns).filter(([, { column }]) => read.has(column))
  const named = [...Object.keys(given.columns ?? {}), ...(given.updates ?? []).flatMap(({ changes = [] }) => changes)]
  const unknown = named.find((property) => !Object.hasOwn(columns, property))
  if (unknown !== undefined)
    throw invalid(`tables.${table}`, `it has no column ${JSON.stringify(unknown)}`, Object.keys(columns))
  const { changesPerSecond = share, deletesPerSecond = 0 } = given
  const updated = given.updates?.reduce((sum, { perSecond }) => sum + perSecond, 0)
  const rest = Math.max(0, changesPerSecond - deletesPerSecond - (given.insertsPerSecond ?? 0) - (updated ?? 0))
  const insertsPerSecond = given.insertsPerSecond ?? (updated === undefined ? rest / 2 : rest)
  const updates = (given.updates ?? [{ perSecond: given.insertsPerSecond === undefined ? rest / 2 : rest }])
    .filter(({ perSecond }) => perSecond > 0)
    .map(({ changes = changeable(ofReports), perSecond, ageDays = updateAgeDays }): UpdateLoad => {
      return { changes, perSecond, ageDays }
    })
  return {
    rows: given.rows ?? Math.round(insertsPerSecond * secondsPerDay * daysOfRows),
    ...{ insertsPerSecond, deletesPerSecond, updates },
    columns: Object.fromEntries(
      ofReports.map(([property, column]) => {
        const filled = filledLater(property, updates, insertsPerSecond)
        return [
          property,
          { ...columnDefaults(property, column, filled, reports), ...present(given.columns?.[property] ?? {}) },
        ]
      }),
    ),
  }
}

/** What an update changes where nobody says: the times that a row has none of at first, else its enums. */
function changeable(columns: readonly (readonly [string, Column])[]): string[] {
  const those = (holds: (column: Column) => boolean) =>
    columns.flatMap(([name, column]) => (holds(column) ? [name] : []))
  const times = those(({ type, nullable }) => nullable && (type.kind === 'timestamp' || type.kind === 'date'))
  return times.length > 0 ? times : those(({ type }) => type.kind === 'enum')
}

/** The share of rows whose column an update fills one day. */
function filledLater(property: string, updates: readonly UpdateLoad[], insertsPerSecond: number): number | undefined {
  const filling = updates.filter(({ changes }) => changes.includes(property))
  if (filling.length === 0) return undefined
  return Math.min(0.98, filling.reduce((sum, { perSecond }) => sum + perSecond, 0) / Math.max(insertsPerSecond, 1e-9))
}

function columnDefaults(
  property: string,
  { type, nullable }: Column,
  filled: number | undefined,
  reports: readonly ReportDefinition[],
): ColumnLoad {
  const isTime = type.kind === 'timestamp' || type.kind === 'date'
  const isGroup = reports.some(
    ({ dimensions, filters, restrict }) =>
      Object.values(dimensions).some((column) => column.property === property) ||
      filters.includes(property) ||
      Object.hasOwn(restrict, property),
  )
  const listed = type.kind === 'enum' ? type.values.length : type.kind === 'boolean' ? 2 : undefined
  return {
    distinct: listed ?? (isGroup ? 30 : 1_000),
    skew: 1,
    bytes: type.kind === 'uuid' ? 36 : 12,
    afterDays: !isTime ? 0 : nullable ? updateAgeDays : 0,
    nulls: !nullable ? 0 : isTime ? 1 - (filled ?? 0.8) : 0.1,
  }
}

const invalid = (field: string, said: string, names: readonly string[]): MillraceError =>
  new MillraceError('COMMAND_INVALID', `${field}: ${said}; there is ${names.join(', ')}`)

/** A member that is undefined says the same as one that is absent. */
const present = <T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never
