import type { Column, ColumnKind } from './column.ts'
import { type Expression, microsecondsPer, type Operand } from './expression.ts'
import { currencyOf } from './inherited.ts'
import { type AnySource, definition } from './source.ts'

/** Why an operand cannot be measured, in words; undefined where it can. */
export function operandFault(operand: Operand, source: AnySource): string | undefined {
  if (typeof operand === 'number') {
    return Number.isSafeInteger(operand)
      ? undefined
      : `${operand} is no exact constant: give a whole number, or a decimal as text`
  }
  if (typeof operand === 'string') {
    return /^-?\d+(\.\d+)?$/.test(operand) && operand.length <= 100
      ? undefined
      : 'a constant as text is a plain decimal such as "0.25"'
  }
  switch ((operand as Operand & object)?.node) {
    case 'column':
      return columnFault(operand as Column, source)
    case 'elapsed':
      return elapsedFault(operand as Expression, source)
    case 'add':
    case 'subtract':
    case 'times':
      return arithmeticFault(operand as Expression, source)
    default:
      return 'expected a column or arithmetic over columns'
  }
}

/** Compared by what it is and not by identity: a file of sources that is loaded twice declares the same source twice. */
export function columnFault({ table, property, column, type }: Column, source: AnySource): string | undefined {
  const { table: own, columns } = source[definition]
  const same = table === own && Object.hasOwn(columns, property) ? (columns[property] as Column) : undefined
  return same?.column === column && same.type.kind === type.kind
    ? undefined
    : `"${property}" of "${table}" is no column of the report's source "${own}"`
}

function elapsedFault({ left, right, unit }: Expression, source: AnySource): string | undefined {
  const kinds = new Set<ColumnKind | undefined>()
  for (const side of [left, right]) {
    if (typeof side !== 'object' || side?.node !== 'column') return 'elapsed takes two columns'
    const fault = columnFault(side, source)
    if (fault !== undefined) return fault
    kinds.add(side.type.kind)
  }
  if (kinds.size > 1 || !(kinds.has('timestamp') || kinds.has('date'))) {
    return 'elapsed takes two timestamps or two dates'
  }
  return unit !== undefined && Object.hasOwn(microsecondsPer, unit)
    ? undefined
    : `elapsed is told in ${Object.keys(microsecondsPer).join(', ')}`
}

function arithmeticFault({ node, left, right }: Expression, source: AnySource): string | undefined {
  for (const side of [left, right]) {
    const fault = operandFault(side, source)
    if (fault !== undefined) return fault
    if (typeof side === 'object' && side.node === 'column' && !isExact(side.type.kind)) {
      return `"${side.property}" is ${side.type.kind}, and arithmetic takes exact numbers`
    }
  }
  const [a, b] = [currencyOf(left), currencyOf(right)]
  if (a === undefined || b === undefined) return undefined
  if (node === 'times') return 'an amount of money times another is none'
  return a === b ? undefined : `${a} and ${b} do not add up`
}

export const isExact = (kind: ColumnKind): boolean => kind === 'integer' || kind === 'bigint' || kind === 'decimal'
