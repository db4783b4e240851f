import type { Column, ColumnKind } from './column.ts'
import type { Lookup } from './lookup.ts'
import { columnsOfSource } from './reading.ts'
import type { Refuse } from './refusal.ts'
import type { ReportDefinition } from './report.ts'
import { bySchema, definition } from './source.ts'
import { isSource } from './sql.ts'

/** Filters, restrictions and labels: what narrows the rows of the source, and what is read beside them. */
export function validateSelection(report: ReportDefinition, refuse: Refuse): void {
  const known = (name: string): boolean =>
    Object.hasOwn(report.dimensions, name) || Object.hasOwn(columnsOfSource(report.from), name)
  if (!Array.isArray(report.filters)) refuse('filters', 'expected a list of names')
  for (const [at, name] of report.filters.entries()) {
    if (!known(name)) refuse('filters', `"${name}" is neither a dimension nor a column`)
    if (report.filters.indexOf(name) < at) refuse('filters', `"${name}" stands there twice`)
  }
  for (const [name, attribute] of Object.entries(report.restrict)) {
    if (!known(name)) refuse(`restrict.${name}`, `"${name}" is neither a dimension nor a column`)
    if (typeof attribute !== 'string' || attribute === '') {
      refuse(`restrict.${name}`, "expected the name of the viewer's attribute that lists what is allowed")
    }
  }
  for (const [name, each] of Object.entries(report.lookup)) validateLookup(name, each, report, refuse)
}

/** Kinds whose text is the same on both sides of a lookup, whatever the database's settings. */
const keyKinds: readonly ColumnKind[] = ['text', 'integer', 'bigint', 'uuid']

function validateLookup(name: string, lookup: Lookup, report: ReportDefinition, refuse: Refuse): void {
  const field = `lookup.${name}`
  const dimension = Object.hasOwn(report.dimensions, name) ? (report.dimensions[name] as Column) : undefined
  if (dimension === undefined) refuse(field, 'the report has no such dimension')
  if (!isSource(lookup?.source)) refuse(field, 'expected lookup(source, key, label)')
  const { source, key, label } = lookup
  if (isBySchema(source) !== isBySchema(report.from)) {
    refuse(field, "its source must have the same form of tenancy as the report's own, by column or by schema")
  }
  if (!keyKinds.includes(key.type.kind)) refuse(field, 'a key is text, a whole number or a UUID')
  if (key.type.kind !== dimension.type.kind) {
    refuse(field, `"${key.property}" is ${key.type.kind}, and the dimension is ${dimension.type.kind}`)
  }
  if (!keyKinds.includes(label.type.kind)) refuse(field, 'a label is text, a whole number or a UUID')
}

const isBySchema = (source: Lookup['source']): boolean => source[definition].tenant === bySchema
