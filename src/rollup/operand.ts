import { elapsedScale, microsecondsPer } from '../report/expression.ts'
import type { CellNumber } from './cell.ts'
import type { CellOf } from './cells.ts'
import { type FoldExpression, type FoldOperand, isFoldColumn } from './fold-operand.ts'
import { isRefused } from './image.ts'
import { minus, plus, product, quotient, scaledNumber, type WholeNumber } from './whole-number.ts'

/** A number of the row that is being folded, in units of its `scale`-th digit after the point. */
export interface RowNumber {
  readonly scale: number
  /** Throws PoisonedValue. */
  read(): CellNumber
}

/** What a sum adds: whole microseconds of an elapsed time, else the number in units of its scale. */
export function compileSummand(operand: FoldOperand, cellOf: CellOf): RowNumber {
  return isElapsed(operand) ? elapsedMicroseconds(operand, cellOf) : compileNumber(operand, cellOf)
}

/** The number that counted values are made of: an elapsed time in its unit. */
export function compileNumber(operand: FoldOperand, cellOf: CellOf): RowNumber {
  if (typeof operand !== 'object') return constant(operand)
  if (isFoldColumn(operand)) {
    const cell = cellOf(operand)
    return { scale: operand.type.kind === 'decimal' ? operand.type.scale : 0, read: () => cell.number }
  }
  if (operand.node === 'elapsed') {
    const { read } = elapsedMicroseconds(operand, cellOf)
    const divisor = Number(microsecondsPer[operand.unit ?? 'second']) / 10 ** elapsedScale
    return { scale: elapsedScale, read: mapped(read, (microseconds) => quotient(microseconds, divisor)) }
  }
  const [left, right] = [compileNumber(operand.left, cellOf), compileNumber(operand.right, cellOf)]
  if (operand.node === 'times')
    return { scale: left.scale + right.scale, read: combined(left.read, right.read, product) }
  const scale = Math.max(left.scale, right.scale)
  return { scale, read: combined(at(scale, left), at(scale, right), operand.node === 'add' ? plus : minus) }
}

export const isElapsed = (operand: FoldOperand): operand is FoldExpression =>
  typeof operand === 'object' && 'node' in operand && operand.node === 'elapsed'

function elapsedMicroseconds({ left, right }: FoldExpression, cellOf: CellOf): RowNumber {
  const [from, to] = [compileNumber(left, cellOf), compileNumber(right, cellOf)]
  return { scale: 0, read: combined(from.read, to.read, (a, b) => minus(b, a)) }
}

function constant(value: number | string): RowNumber {
  const text = String(value)
  const scale = (text.split('.')[1] ?? '').length
  const number = scaledNumber(text, scale) as WholeNumber
  return { scale, read: () => number }
}

function at(scale: number, { scale: own, read }: RowNumber): () => CellNumber {
  if (own === scale) return read
  const factor = 10n ** BigInt(scale - own)
  const exact = factor <= Number.MAX_SAFE_INTEGER ? Number(factor) : factor
  return mapped(read, (value) => product(value, exact))
}

const mapped = (read: () => CellNumber, map: (value: WholeNumber) => WholeNumber) => (): CellNumber => {
  const value = read()
  return value === null || isRefused(value) ? value : map(value)
}

/** Null where one of them is; else refused where one of them is. */
const combined =
  (left: () => CellNumber, right: () => CellNumber, combine: (a: WholeNumber, b: WholeNumber) => WholeNumber) =>
  (): CellNumber => {
    const a = left()
    const b = right()
    if (a === null || b === null) return null
    if (isRefused(a)) return a
    return isRefused(b) ? b : combine(a, b)
  }

/** A whole number of units rounded to some significant digits, half away from zero. */
export function significant(value: WholeNumber, digits: number | 'all'): WholeNumber {
  if (digits === 'all') return value
  if (typeof value === 'number') {
    if (value < 10 ** digits && value > -(10 ** digits)) return value
    const excess = Math.abs(value).toString().length - digits
    return excess <= 0 ? value : product(quotient(value, 10 ** excess), 10 ** excess)
  }
  const excess = (value < 0n ? -value : value).toString().length - digits
  if (excess <= 0) return value
  const unit = 10n ** BigInt(excess)
  const magnitude = value < 0n ? -value : value
  const rounded = ((2n * magnitude + unit) / (2n * unit)) * unit
  return value < 0n ? -rounded : rounded
}
