import type { ColumnType } from './column.ts'
import { divide, type Exact, formatExact, parseExact, rescale } from './decimal.ts'
import { isNullable, microsecondsPer, type Operand, scaleOf, typeOf } from './expression.ts'
import type { Measure } from './measure.ts'
import { type WireValue, wire } from './value.ts'

/**
 * What an engine gives of a measure, as text: `avg` is a sum and a count, everything else one value. Sums of elapsed
 * time are whole microseconds, instants are microseconds since 1970; division and rounding happen here alone, so that
 * both engines round alike.
 */
export type StatePart = 'count' | 'sum' | 'value'

export function statesOf(measure: Measure): readonly StatePart[] {
  switch (measure.aggregate) {
    case 'count':
    case 'countDistinct':
      return ['count']
    case 'sum':
      return ['sum']
    case 'avg':
      return ['sum', 'count']
    default:
      return ['value']
  }
}

/** What a measure's value is in the answer. */
export function measureType(measure: Measure): ColumnType {
  const operand = measure.of === undefined ? undefined : typeOf(measure.of)
  switch (measure.aggregate) {
    case 'count':
    case 'countDistinct':
      return { kind: 'integer' }
    case 'sum':
      return operand?.kind === 'decimal' ? operand : { kind: 'bigint' }
    case 'avg':
      return { kind: 'decimal', scale: measure.scale ?? scaleOf(operand as ColumnType) + 4 }
    default:
      return operand as ColumnType
  }
}

export function isMeasureNullable(measure: Measure): boolean {
  if (measure.aggregate === 'count' || measure.aggregate === 'countDistinct') return false
  return measure.aggregate !== 'sum' || isNullable(measure.of as Operand)
}

export const isNumber = (type: ColumnType): boolean =>
  type.kind === 'integer' || type.kind === 'bigint' || type.kind === 'decimal'

/** A measure's value before it is written: exact where it is a number, else as it will be in JSON. Null: no value. */
export type MeasureValue = Exact | Exclude<WireValue, null> | null

/** The value of a measure over no row at all. */
export function emptyValue(measure: Measure): MeasureValue {
  const type = measureType(measure)
  return isMeasureNullable(measure) ? null : { unscaled: 0n, scale: scaleOf(type) }
}

export function measureValue(measure: Measure, states: readonly (string | null)[]): MeasureValue {
  const type = measureType(measure)
  const first = states[0] ?? null
  if (first === null) return emptyValue(measure)
  switch (measure.aggregate) {
    case 'avg': {
      const count = parseExact(states[1] ?? '0')
      if (count.unscaled === 0n) return null
      return divide(parseExact(first), times(count, unitOf(measure)), scaleOf(type))
    }
    case 'sum':
      return divide(parseExact(first), { unscaled: unitOf(measure), scale: 0 }, scaleOf(type))
    default:
      return isNumber(type) ? rescale(parseExact(first), scaleOf(type)) : (wire(type, first) as MeasureValue)
  }
}

/** An exact number as JSON has it: a number where it is 32 bits or a count, else text. */
export function writeValue(type: ColumnType, value: MeasureValue): WireValue {
  if (value === null || typeof value !== 'object') return value
  return type.kind === 'integer' ? Number(value.unscaled) : formatExact(rescale(value, scaleOf(type)))
}

const times = (value: Exact, by: bigint): Exact => ({ unscaled: value.unscaled * by, scale: value.scale })

/** How many of what is summed make one of what is told: microseconds per unit for an elapsed time, else 1. */
function unitOf({ of }: Measure): bigint {
  return typeof of === 'object' && of.node === 'elapsed' ? microsecondsPer[of.unit ?? 'second'] : 1n
}
