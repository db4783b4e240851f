import type { AnyReport } from './catalog.ts'
import type { ColumnKind, ColumnType } from './column.ts'
import { derivedType, isDerivedNullable } from './derived-type.ts'
import { describeDerived, describeMeasure } from './inherited.ts'
import type { Description, Label } from './label.ts'
import { periodsOf } from './reading.ts'
import type { Grain } from './row.ts'
import { isMeasureNullable, measureType } from './state.ts'

/** One column of a report's answer, as data: what a page needs to show it, and a schema to describe it. */
export interface AnswerColumn extends Description {
  readonly name: string
  readonly role: 'dimension' | 'label' | 'time' | 'measure' | 'derived' | 'column'
  readonly kind: ColumnKind
  readonly nullable: boolean
  /** Digits after the point of a decimal. */
  readonly scale?: number
  /** The values of an enum in their order, `other` last, with their labels. */
  readonly values?: readonly { readonly value: string; readonly label?: Label }[]
  /** In a comparison: the names under which the value stands, one for each period. */
  readonly periods?: readonly string[]
  /** Of the time column: how long a bucket is. Its zone is the reading's. */
  readonly grain?: Grain
}

/** The columns of a report's answer, in the order in which its rows have them. */
export function shapeOf(report: AnyReport): readonly AnswerColumn[] {
  if (report.node === 'sqlReport') {
    return Object.entries(report.row).map(([name, column]) => ({
      ...describe(name, 'column', column.type, column),
      nullable: column.nullable,
    }))
  }
  const names = periodsOf(report).flatMap(({ name }) => (name === undefined ? [] : [name]))
  const perPeriod = names.length === 0 ? {} : { periods: names }
  const grain = report.time?.grain
  return [
    ...Object.entries(report.dimensions).flatMap(([name, column]): AnswerColumn[] => {
      const own = { ...describe(name, 'dimension', column.type, column), nullable: column.nullable }
      const label = { ...describe(`${name}Label`, 'label', { kind: 'text' }, {}), nullable: true }
      return name in report.lookup ? [own, label] : [own]
    }),
    ...(grain === undefined ? [] : [timeColumn(grain, names)]),
    ...Object.entries(report.measures).map(([name, measure]) => ({
      ...describe(name, 'measure', measureType(measure), describeMeasure(measure)),
      nullable: isMeasureNullable(measure),
      ...perPeriod,
    })),
    ...Object.entries(report.derive).map(([name, derived]) => ({
      ...describe(name, 'derived', derivedType(report, derived), describeDerived(derived, report.measures)),
      nullable: isDerivedNullable(derived),
      ...(derived.derive === 'growth' ? {} : perPeriod),
    })),
  ]
}

function timeColumn(grain: Grain, names: readonly string[]): AnswerColumn {
  return {
    name: 'time',
    role: 'time',
    kind: grain === 'hour' ? 'timestamp' : 'date',
    nullable: names.length > 0,
    grain,
    ...(names.length === 0 ? {} : { periods: names }),
  }
}

function describe(
  name: string,
  role: AnswerColumn['role'],
  type: ColumnType,
  { label, description, unit, currency, better }: Description,
): Omit<AnswerColumn, 'nullable'> {
  return {
    name,
    role,
    kind: type.kind,
    ...(type.kind === 'decimal' ? { scale: type.scale } : {}),
    ...(type.kind === 'enum' ? { values: enumValues(type) } : {}),
    ...(label === undefined ? {} : { label }),
    ...(description === undefined ? {} : { description }),
    ...(unit === undefined ? {} : { unit }),
    ...(currency === undefined ? {} : { currency }),
    ...(better === undefined ? {} : { better }),
  }
}

function enumValues({ values, labels }: Extract<ColumnType, { kind: 'enum' }>) {
  return [...new Set([...values, 'other'])].map((value) => {
    const label = labels?.[value]
    return label === undefined ? { value } : { value, label }
  })
}
