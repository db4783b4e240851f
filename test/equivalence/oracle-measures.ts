import type { Column } from '../../src/report/column.ts'
import type { Derived } from '../../src/report/derived.ts'
import type { Measure } from '../../src/report/measure.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import { definition } from '../../src/report/source.ts'
import { exactElapsed, holds, isElapsed, operandValue, quoted, quotient, shapeOf } from './oracle-values.ts'

/** What a measure's or derived value's column is in the answer. */
export interface ValueShape {
  readonly kind: Column['type']['kind']
  readonly scale: number
}

export function measureShape({ aggregate, of, scale }: Measure): ValueShape {
  if (of === undefined || aggregate === 'count' || aggregate === 'countDistinct') return { kind: 'integer', scale: 0 }
  const operand = shapeOf(of)
  if (aggregate === 'avg') return { kind: 'decimal', scale: scale ?? operand.scale + 4 }
  if (aggregate === 'sum') return { kind: operand.kind === 'decimal' ? 'decimal' : 'bigint', scale: operand.scale }
  return operand
}

/** The aggregate over the rows that a query finds, rounded as it is shown. */
function aggregate(measure: Measure): string {
  const { of } = measure
  if (of === undefined) return 'count(*)'
  const value = operandValue(of)
  const { scale } = measureShape(measure)
  switch (measure.aggregate) {
    case 'count':
      return `count(${value})`
    case 'countDistinct':
      return `count(distinct ${value})`
    case 'sum': {
      const sum = isElapsed(of) ? `round(sum(${exactElapsed(of)}), ${scale})` : `sum(${value})`
      return shapeOf(of).nullable ? sum : `coalesce(${sum}, 0)`
    }
    case 'avg':
      return `round(${quotient(`sum(${isElapsed(of) ? exactElapsed(of) : value})`, `count(${value})`)}, ${scale})`
    case 'percentile':
      return `percentile_disc(${measure.fraction}) within group (order by ${significant(value, measure.digits ?? 3)})`
    default:
      // There is no min or max of boolean, enum or uuid in the language, and no need of one here.
      return `${measure.aggregate}(${value})`
  }
}

/** A number rounded to so many significant digits, as scientific notation writes it: half away from zero. */
const significant = (value: string, digits: number | 'all'): string =>
  digits === 'all'
    ? value
    : `to_char((${value})::numeric, '9${digits > 1 ? `.${'9'.repeat(digits - 1)}` : ''}EEEE')::numeric`

/** The measure over those placed rows for which `belongs` holds. */
export function measured(report: ReportDefinition, measure: Measure, belongs: string): string {
  const columns = report.from[definition].columns as Readonly<Record<string, Column>>
  const conditions = Object.entries(measure.where ?? {}).map(([name, each]) => holds(columns[name] as Column, each))
  return `(select ${aggregate(measure)} from placed where ${[belongs, ...conditions].join(' and ')})`
}

export function derivedShape({ measures }: ReportDefinition, derived: Derived): ValueShape {
  if (derived.derive !== 'runningTotal') return { kind: 'decimal', scale: derived.scale }
  const shapes = [derived.add, derived.subtract].flatMap((name) =>
    name === undefined ? [] : [measureShape(measures[name] as Measure)],
  )
  const kinds = shapes.map(({ kind }) => kind)
  const kind = kinds.includes('decimal') ? 'decimal' : kinds.includes('bigint') ? 'bigint' : 'integer'
  return { kind, scale: Math.max(...shapes.map(({ scale }) => scale)) }
}

/** The names under which a cell holds a measure, and its value over all that came before the period. */
export const measureName = (name: string): string => quoted(`measure ${name}`)
export const openingName = (name: string): string => quoted(`opening ${name}`)
export const derivedName = (name: string): string => quoted(`derived ${name}`)

/** The measures that running totals add and subtract. */
export const summed = ({ derive }: ReportDefinition): Set<string> =>
  new Set(
    Object.values(derive).flatMap((each) =>
      each.derive === 'runningTotal' ? [each.add, ...(each.subtract === undefined ? [] : [each.subtract])] : [],
    ),
  )

/** A derived value as an expression over the cells, which are one per combination, ordinal and period. */
export function derivedValue(
  derived: Derived,
  periodNames: readonly (string | undefined)[],
  hasGrain: boolean,
): string {
  switch (derived.derive) {
    case 'ratio':
      return `round(${quotient(`${measureName(derived.over)}::numeric`, measureName(derived.under))}, ${derived.scale})`
    case 'share': {
      const part = measureName(derived.of)
      return `round(${quotient(`${part}::numeric`, `sum(coalesce(${part}, 0)) over (partition by p, ordinal)`)}, ${derived.scale})`
    }
    case 'growth': {
      // Where a period has no such bucket there is nothing to compare.
      const has = hasGrain ? ' and bucket is not null' : ''
      const of = (name: string) =>
        `max(${measureName(derived.of)}::numeric) filter (where p = ${periodNames.indexOf(name)}${has}) over (partition by combination, ordinal)`
      return `round(${quotient(`${of(derived.to)} - ${of(derived.from)}`, of(derived.from))}, ${derived.scale})`
    }
    case 'runningTotal': {
      const net = (name: (measure: string) => string) =>
        `coalesce(${name(derived.add)}, 0)${derived.subtract === undefined ? '' : ` - coalesce(${name(derived.subtract)}, 0)`}`
      return `(${net(openingName)} + sum(${net(measureName)}) over (partition by combination, p order by ordinal))`
    }
  }
}
