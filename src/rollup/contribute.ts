import type { Column, ColumnType } from '../report/column.ts'
import { parseExact } from '../report/decimal.ts'
import { typeOf } from '../report/expression.ts'
import { holds } from './holds.ts'
import { columnValue, type Image, isRefused, refusedBelow } from './image.ts'
import { dimensionSegment, orderedInteger, orderedReal, segment } from './key.ts'
import { operandValue, significant, summand } from './operand.ts'
import { type Flow, openingRefusedAt, type Plan, type PlannedMeasure, refusedAt, rowsAt } from './plan.ts'
import { dayOf, hourOf, localTime } from './zone.ts'

/** What a row adds to one counter. A row that leaves adds the negation. */
export interface Contribution {
  readonly sort: string
  readonly by: readonly bigint[]
}

/** Sorts before every day and after every day: times outside the years 1 to 9999, which no period reaches. */
export const beforeAll = '-'
export const afterAll = '~'

/**
 * What one row adds to a report's counters: a function of the row and of the plan's constants alone (F4). Keys begin with
 * the flow, then `c` for a group's vector, `t` for its vector of all time, or the measure whose values are counted.
 */
export function contributions(plan: Plan, image: Image): Contribution[] {
  if (!plan.where.every((test) => holds(test, image))) return []
  const dimensions = plan.dimensions.map((column) => dimensionSegment(columnValue(column, image))).join('')
  return plan.flows.flatMap((flow, index) => {
    const place = placeOf(plan, flow, image)
    if (place === null) return []
    const vector = vectorOf(flow, image)
    const counters: Contribution[] = [{ sort: `${segment(`${index}c`)}${place}${dimensions}`, by: vector }]
    if (flow.totals) counters.push({ sort: `${segment(`${index}t`)}${dimensions}`, by: vector })
    flow.measures.forEach((planned, m) => {
      const value = planned.offset === undefined ? countedValue(planned, image) : null
      if (value === null) return
      counters.push({ sort: `${segment(`${index}v${m}`)}${place}${dimensions}${segment(value)}`, by: [1n] })
    })
    return counters
  })
}

/** Where in time a row's counters stand: the day, then the hour where there is one. Null: the row has no time. */
function placeOf(plan: Plan, { time, byHour }: Flow, image: Image): string | null {
  if (time === undefined) return segment('')
  const value = columnValue(time, image)
  if (value === null) return null
  const place = (day: string, hour: string) => (byHour ? segment(day) + segment(hour) : segment(day))
  if (isRefused(value)) return place(value === refusedBelow ? beforeAll : afterAll, '')
  if (!plan.byDay) return segment('')
  if (time.type.kind === 'date') return segment(value)
  const instant = BigInt(value)
  return place(dayOf(localTime(instant, plan.timeZone)), orderedInteger(hourOf(instant, plan.timeZone)))
}

function vectorOf(flow: Flow, image: Image): bigint[] {
  const vector = new Array<bigint>(flow.width).fill(0n)
  vector[rowsAt] = 1n
  const isInexact = (column: Column) => isRefused(columnValue(column, image))
  if (flow.guarded.some(isInexact)) vector[refusedAt] = 1n
  if (flow.openingGuarded?.some(isInexact)) vector[openingRefusedAt] = 1n
  for (const { measure, where, offset } of flow.measures) {
    if (offset === undefined || !where.every((test) => holds(test, image))) continue
    if (measure.aggregate === 'count') {
      if (measure.of === undefined || operandValue(measure.of, image) !== null) vector[offset] = 1n
      continue
    }
    const value = summand(measure.of ?? 0, image)
    if (typeof value === 'bigint') {
      vector[offset] = value
      vector[offset + 1] = 1n
    }
  }
  return vector
}

/** The value that a measure counts, so that text order is the order of values; null where the row has none. */
function countedValue({ measure, where }: PlannedMeasure, image: Image): string | null {
  if (!where.every((test) => holds(test, image))) return null
  const operand = measure.of ?? 0
  const value = operandValue(operand, image)
  if (value === null || isRefused(value)) return null
  return orderedValue(typeOf(operand), value, measure.aggregate === 'percentile' ? (measure.digits ?? 3) : 'all')
}

function orderedValue(type: ColumnType, value: string, digits: number | 'all'): string {
  switch (type.kind) {
    case 'integer':
    case 'bigint':
    case 'decimal':
      return orderedInteger(significant(parseExact(value).unscaled, digits))
    case 'timestamp':
      return orderedInteger(BigInt(value))
    case 'real':
      return orderedReal(Number(value))
    default:
      return value
  }
}
