import type { Column } from '../report/column.ts'
import { columnsOfSource } from '../report/reading.ts'
import type { ReportDefinition } from '../report/report.ts'
import { Counters } from '../rollup/counters.ts'
import { compileFold } from '../rollup/fold-row.ts'
import { type FoldPlan, planOf } from '../rollup/plan.ts'
import { byTable } from './by-table.ts'
import { ChangeDrawing, type Folding } from './draw-changes.ts'
import { RowDrawing } from './draw-row.ts'
import type { Load, TableLoad } from './load.ts'
import { mostItems, valuesBy } from './most-items.ts'

/** A report, and what the rows that are drawn have added to its counters. */
export interface ReportModel extends Folding {
  readonly report: ReportDefinition
  readonly plan: FoldPlan
  /** Of a family: more items it cannot have. */
  readonly mostItems: (kind: string) => number
}

/** A table whose changes are drawn once for all reports of it. */
export interface TableModel {
  readonly table: string
  readonly load: TableLoad
  readonly reports: readonly ReportModel[]
  readonly changes: ChangeDrawing
  /** For how long the rows have been coming that are there now. */
  readonly historyDays: number
}

const secondsPerDay = 86_400
/** A table without inserts has had its rows for so long. */
const daysWithoutInserts = 365

export function modelTables(load: Load, reports: readonly ReportDefinition[]): TableModel[] {
  return [...byTable(reports)].map(([table, some]) => {
    const tableLoad = load.tables[table] as TableLoad
    const columns: Readonly<Record<string, Column>> = columnsOfSource((some[0] as ReportDefinition).from)
    const rows = new RowDrawing(columns, tableLoad.columns)
    const perDay = tableLoad.insertsPerSecond * secondsPerDay
    const historyDays = perDay === 0 ? daysWithoutInserts : Math.max(1, tableLoad.rows / perDay)
    const columnOf = (property: string) => (columns[property] as Column).column
    const valuesOf = valuesBy(new Map(Object.entries(tableLoad.columns).map(([name, each]) => [columnOf(name), each])))
    return {
      ...{ table, load: tableLoad, historyDays },
      reports: some.map((report): ReportModel => {
        const plan = planOf(report, 'UTC')
        return {
          ...{ report, plan, fold: compileFold(plan), counters: new Counters() },
          mostItems: (kind) => mostItems(plan, kind, valuesOf),
        }
      }),
      changes: new ChangeDrawing(rows, tableLoad, columnOf, historyDays),
    }
  })
}

export function forget({ reports }: TableModel): void {
  for (const { counters } of reports) counters.clear()
}
