import type { Column } from '../report/column.ts'
import { divide, type Exact, formatExact, negate, parseExact, plus } from '../report/decimal.ts'
import { type Expression, elapsedScale, microsecondsPer, type Operand, scaleOf, typeOf } from '../report/expression.ts'
import { columnValue, type Image, isRefused, type Refused, type Value } from './image.ts'

/** What an aggregate counts of a row: the canonical text of a column, or of exact arithmetic over the row. */
export function operandValue(operand: Operand, image: Image): Value {
  if (typeof operand === 'object' && operand.node === 'column') return columnValue(operand, image)
  const value = numberOf(operand, image)
  return value === null || isRefused(value) ? value : formatExact(value)
}

/** What a sum adds: whole microseconds of an elapsed time, else the number in units of its scale. */
export function summand(operand: Operand, image: Image): bigint | null | Refused {
  if (typeof operand === 'object' && operand.node === 'elapsed') return elapsedMicroseconds(operand, image)
  const value = numberOf(operand, image)
  return value === null || isRefused(value) ? value : value.unscaled
}

/** How many digits after the point a sum's whole numbers have. */
export const summandScale = (operand: Operand): number =>
  typeof operand === 'object' && operand.node === 'elapsed' ? 0 : scaleOf(typeOf(operand))

function numberOf(operand: Operand, image: Image): Exact | null | Refused {
  if (typeof operand !== 'object') return parseExact(String(operand))
  if (operand.node === 'column') {
    const value = columnValue(operand, image)
    return typeof value === 'string' ? parseExact(value) : value
  }
  if (operand.node === 'elapsed') {
    const microseconds = elapsedMicroseconds(operand, image)
    if (typeof microseconds !== 'bigint') return microseconds
    const unit = { unscaled: microsecondsPer[operand.unit ?? 'second'], scale: 0 }
    return divide({ unscaled: microseconds, scale: 0 }, unit, elapsedScale)
  }
  const left = numberOf(operand.left, image)
  const right = numberOf(operand.right, image)
  if (left === null || right === null) return null
  if (isRefused(left)) return left
  if (isRefused(right)) return right
  switch (operand.node) {
    case 'add':
      return plus(left, right)
    case 'subtract':
      return plus(left, negate(right))
    case 'times':
      return { unscaled: left.unscaled * right.unscaled, scale: left.scale + right.scale }
  }
}

function elapsedMicroseconds({ left, right }: Expression, image: Image): bigint | null | Refused {
  const from = instantOf(left as Column, image)
  const to = instantOf(right as Column, image)
  if (from === null || to === null) return null
  if (isRefused(from)) return from
  return isRefused(to) ? to : to - from
}

function instantOf(column: Column, image: Image): bigint | null | Refused {
  const value = columnValue(column, image)
  if (typeof value !== 'string') return value
  return column.type.kind === 'date' ? BigInt(Date.parse(value)) * 1000n : BigInt(value)
}

/** A whole number of units rounded to some significant digits, half away from zero. */
export function significant(unscaled: bigint, digits: number | 'all'): bigint {
  const magnitude = unscaled < 0n ? -unscaled : unscaled
  const excess = digits === 'all' ? 0 : magnitude.toString().length - digits
  if (excess <= 0) return unscaled
  const unit = 10n ** BigInt(excess)
  const rounded = ((2n * magnitude + unit) / (2n * unit)) * unit
  return unscaled < 0n ? -rounded : rounded
}
