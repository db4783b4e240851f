import type { ElapsedUnit, Operand } from '../report/expression.ts'
import { type FoldColumn, foldColumn } from './fold-column.ts'

/** A measure's operand as plain data: a column, exact arithmetic, or a constant. */
export type FoldOperand = FoldColumn | FoldExpression | number | string

export interface FoldExpression {
  readonly node: 'add' | 'subtract' | 'times' | 'elapsed'
  readonly left: FoldOperand
  readonly right: FoldOperand
  readonly unit?: ElapsedUnit
}

export const isFoldColumn = (operand: FoldOperand): operand is FoldColumn =>
  typeof operand === 'object' && 'column' in operand

export function foldOperand(operand: Operand): FoldOperand {
  if (typeof operand !== 'object') return operand
  if (operand.node === 'column') return foldColumn(operand)
  const { node, left, right, unit } = operand
  return { node, left: foldOperand(left), right: foldOperand(right), ...(unit === undefined ? {} : { unit }) }
}

/** Every column that an operand reads. */
export function columnsOfOperand(operand: FoldOperand | null): FoldColumn[] {
  if (typeof operand !== 'object' || operand === null) return []
  return isFoldColumn(operand) ? [operand] : [...columnsOfOperand(operand.left), ...columnsOfOperand(operand.right)]
}
