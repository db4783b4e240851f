import type { ColumnKind } from '../report/column.ts'
import type { ColumnDescription, ParameterDescription, ValueDescription } from './wire.ts'

/** A JSON Schema (draft 2020-12), as OpenAPI 3.1 takes it. */
export type Schema = Readonly<Record<string, unknown>>

interface Kind {
  readonly kind: ColumnKind
  readonly scale?: number
  readonly values?: readonly ValueDescription[]
}

/** A value of an answer. Decimals and 64-bit integers are text, since a JSON number is a float to most who read it. */
function valueSchema({ kind, scale, values }: Kind): Schema {
  switch (kind) {
    case 'text':
      return { type: 'string' }
    case 'integer':
      return { type: 'integer' }
    case 'bigint':
      return { type: 'string', pattern: '^-?\\d+$' }
    case 'decimal':
      return { type: 'string', pattern: scale === 0 ? '^-?\\d+$' : `^-?\\d+\\.\\d{${scale}}$` }
    case 'boolean':
      return { type: 'boolean' }
    case 'date':
      return { type: 'string', format: 'date' }
    case 'timestamp':
      return { type: 'string', format: 'date-time' }
    case 'uuid':
      return { type: 'string', format: 'uuid' }
    case 'enum':
      return { type: 'string', enum: (values ?? []).map(({ value }) => value) }
    case 'real':
      return { type: 'number' }
  }
}

/** A value that a reader gives: as an answer has it, but decimals with as many digits as there are, and bounded. */
export function givenSchema(parameter: Kind): Schema {
  switch (parameter.kind) {
    case 'text':
      return { type: 'string', pattern: '^[^\\u0000]*$' }
    case 'integer':
      return { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }
    case 'bigint':
      return { type: 'string', pattern: '^-?\\d{1,19}$' }
    case 'decimal':
      return { type: 'string', pattern: parameter.scale === 0 ? '^-?\\d+$' : `^-?\\d+(\\.\\d{1,${parameter.scale}})?$` }
    default:
      return valueSchema(parameter)
  }
}

export function nullable(schema: Schema): Schema {
  const { type, enum: values } = schema
  return { ...schema, type: [type, 'null'], ...(Array.isArray(values) ? { enum: [...values, null] } : {}) }
}

/** An object that has exactly these members, all of them unless told otherwise. */
export function exactly(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return {
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    properties,
    additionalProperties: false,
  }
}

/** One row of a report: a column is a value, or in a comparison a value for each period. */
export function rowSchema(columns: readonly ColumnDescription[]): Schema {
  return exactly(Object.fromEntries(columns.map((column) => [column.name, columnSchema(column)])))
}

function columnSchema(column: ColumnDescription): Schema {
  const value = column.nullable ? nullable(valueSchema(column)) : valueSchema(column)
  const { periods } = column
  const schema = periods === undefined ? value : exactly(Object.fromEntries(periods.map((name) => [name, value])))
  return { ...schema, title: column.label, ...describedBy(column) }
}

function describedBy({ description, unit, currency }: Pick<ColumnDescription, 'description' | 'unit' | 'currency'>) {
  const texts = [description, unit === undefined ? undefined : `Unit: ${unit}.`, currency && `Currency: ${currency}.`]
  const text = texts.filter((each) => each !== undefined).join(' ')
  return text === '' ? {} : { description: text }
}

/** What a reader gives for a parameter in a body; a filter takes one value or several. */
export function parameterSchema(parameter: ParameterDescription, isFilter: boolean): Schema {
  const value = givenSchema(parameter)
  const one = parameter.required ? value : nullable(value)
  const schema = isFilter ? { anyOf: [value, { type: 'array', items: value }] } : one
  return { ...schema, title: parameter.label }
}
