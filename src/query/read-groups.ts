import { MillraceError } from '../errors.ts'
import type { Group } from '../report/arm.ts'
import type { ReportDefinition } from '../report/report.ts'

/** The rows of `compileReport`'s statement as groups. Throws VALUE_REFUSED where a value has no exact figure. */
export function readGroups(report: ReportDefinition, rows: readonly (readonly (string | null)[])[]): Group[] {
  const dimensions = Object.keys(report.dimensions).length
  const states = 2 + dimensions + (report.time?.grain === undefined ? 0 : 1)
  return rows.map((row) => {
    if (row[1] === 'true') {
      throw new MillraceError(
        'VALUE_REFUSED',
        `report "${report.name}" meets NaN, an infinite value, or a day outside the years 1 to 9999`,
      )
    }
    return {
      arm: Number(row[0]),
      dimensions: row.slice(2, 2 + dimensions),
      bucket: states === 2 + dimensions ? null : (row[2 + dimensions] ?? null),
      states: row.slice(states),
    }
  })
}
