import type { ColumnType } from '../report/column.ts'
import { formatExact } from '../report/decimal.ts'
import { scaleOf } from '../report/expression.ts'
import type { CellOf } from './cells.ts'
import { isFoldColumn } from './fold-operand.ts'
import { isRefused } from './image.ts'
import { orderedInteger, orderedIntegerOf, orderedReal, orderedRealOf, segment } from './key.ts'
import { compileNumber, significant } from './operand.ts'
import type { PlannedMeasure } from './plan.ts'
import { compileRowTests } from './row-tests.ts'

/** The value that a measure counts, as a segment whose text order is the order of values; null where the row has none. */
export function compileCounted(measure: PlannedMeasure, cellOf: CellOf): () => string | null {
  const holds = compileRowTests(measure.where, cellOf)
  const ordered = compileOrdered(measure, cellOf)
  return () => (holds() ? ordered() : null)
}

function compileOrdered({ of, type, digits }: PlannedMeasure, cellOf: CellOf): () => string | null {
  const operand = of ?? 0
  switch (type.kind) {
    case 'integer':
    case 'bigint':
    case 'decimal':
    case 'timestamp': {
      const { read } = compileNumber(operand, cellOf)
      return () => {
        const value = read()
        return value === null || isRefused(value) ? null : segment(orderedInteger(significant(value, digits)))
      }
    }
    default: {
      if (!isFoldColumn(operand)) throw new TypeError('arithmetic gives numbers')
      const cell = cellOf(operand)
      return () => {
        const { value } = cell
        if (value === null || isRefused(value)) return null
        return segment(type.kind === 'real' ? orderedReal(Number(value)) : value)
      }
    }
  }
}

/** A counted value as an engine gives it (see `Group`). */
export function countedText(type: ColumnType, ordered: string): string {
  switch (type.kind) {
    case 'integer':
    case 'bigint':
    case 'decimal':
      return formatExact({ unscaled: orderedIntegerOf(ordered), scale: scaleOf(type) })
    case 'timestamp':
      return orderedIntegerOf(ordered).toString()
    case 'real':
      return String(orderedRealOf(ordered))
    default:
      return ordered
  }
}
