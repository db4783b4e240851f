import type { AnyReport } from '../report/catalog.ts'
import type { Column, ColumnDefinition } from '../report/column.ts'
import { type Label, textOf } from '../report/label.ts'
import { parametersOf, selected } from '../report/reading.ts'
import type { AnswerColumn } from '../report/shape.ts'
import type { ColumnDescription, ParameterDescription, ReportSummary, ValueDescription } from './wire.ts'

/** In the order of preference, as BCP 47 tags. */
export type Languages = readonly string[]

export function summaryOf({ name, title, description }: AnyReport, languages: Languages): ReportSummary {
  return { name, title: textOf(title, languages) ?? name, ...described(description, languages) }
}

export function columnsIn(columns: readonly AnswerColumn[], languages: Languages): readonly ColumnDescription[] {
  return columns.map(({ label, description, values, ...column }, at) => ({
    ...column,
    // The label of a dimension's value stands right after it, and for people it is the dimension.
    label: textOf(column.role === 'label' ? columns[at - 1]?.label : label, languages) ?? column.name,
    ...described(description, languages),
    ...(values === undefined ? {} : { values: valuesIn(values, languages) }),
  }))
}

/** What the reader gives besides filters: the days of periods, or a raw report's parameters. */
export function paramsIn(report: AnyReport, languages: Languages): readonly ParameterDescription[] {
  if (report.node === 'sqlReport')
    return Object.entries(report.params).map(([name, column]) => parameter(name, column, !column.nullable, languages))
  return [...new Set(parametersOf(report))].map((name) => ({ name, label: name, kind: 'date', required: true }))
}

export function filtersIn(report: AnyReport, languages: Languages): readonly ParameterDescription[] {
  if (report.node === 'sqlReport') return []
  return report.filters.map((name) => parameter(name, selected(report, name), false, languages))
}

/** The shape that an answer's column would have, since a parameter's values are labelled alike. */
function parameter(
  name: string,
  { type, label }: ColumnDefinition | Column,
  required: boolean,
  languages: Languages,
): ParameterDescription {
  return {
    name,
    label: textOf(label, languages) ?? name,
    kind: type.kind,
    ...(type.kind === 'decimal' ? { scale: type.scale } : {}),
    ...(type.kind === 'enum' ? { values: valuesIn(enumValues(type.values, type.labels), languages) } : {}),
    required,
  }
}

const enumValues = (values: readonly string[], labels: Readonly<Record<string, Label>> = {}) =>
  [...new Set([...values, 'other'])].map((value) => {
    const label = Object.hasOwn(labels, value) ? labels[value] : undefined
    return label === undefined ? { value } : { value, label }
  })

const valuesIn = (
  values: readonly { readonly value: string; readonly label?: Label }[],
  languages: Languages,
): readonly ValueDescription[] =>
  values.map(({ value, label }) => ({ value, label: textOf(label, languages) ?? value }))

function described(description: Label | undefined, languages: Languages) {
  const text = textOf(description, languages)
  return text === undefined ? {} : { description: text }
}
