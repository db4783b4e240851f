import { type Arm, armsOf } from '../report/arm.ts'
import type { Reading } from '../report/reading.ts'
import { compileArm } from './compile-arm.ts'
import { orderSql } from './order-sql.ts'
import { Parameters, type Statement } from './statement.ts'

/**
 * A report's reading as one statement: its arms under `union all`, every column text. The columns are the arm's index,
 * whether a value was refused, the dimensions, the bucket where there is a grain, then the states of the arm's measures,
 * padded with nulls to the widest arm.
 */
export function compileReport(reading: Reading, tenant: string): Statement {
  const parameters = new Parameters()
  const arms = armsOf(reading)
  const selected = arms.map((arm: Arm, index) => compileArm(reading, arm, index, tenant, parameters))
  const width = Math.max(...selected.map(({ columns }) => columns.length))
  const texts = selected.map(({ columns, rest }) => {
    const padded = [...columns, ...Array.from({ length: width - columns.length }, () => 'null::text')]
    return `select ${padded.join(', ')}\n${rest}`
  })
  const only = texts.length === 1 ? orderSql(reading, parameters) : ''
  return { text: texts.join('\nunion all\n') + only, values: parameters.values }
}
