import type { ColumnDefinition, ColumnKind, ColumnType } from './column.ts'
import type { Description } from './label.ts'
import { memberFault } from './name.ts'
import type { Refuse } from './refusal.ts'
import { isTimeZone, timeZoneExpected } from './time-zone.ts'

/** More digits after the point than any source of figures has; PostgreSQL's `numeric` holds more. */
const greatestScale = 38

export const isScale = (scale: unknown): boolean =>
  Number.isInteger(scale) && (scale as number) >= 0 && (scale as number) <= greatestScale

export const scaleExpected = `expected a whole number from 0 to ${greatestScale}`

const kinds: Readonly<Record<ColumnKind, true>> = {
  text: true,
  integer: true,
  bigint: true,
  decimal: true,
  boolean: true,
  timestamp: true,
  date: true,
  uuid: true,
  enum: true,
  real: true,
}

/** A column as it is defined: of a source, or of a raw report's parameters or row. */
export function validateColumn(field: string, property: string, column: ColumnDefinition, refuse: Refuse): void {
  const fault = memberFault(property)
  if (fault !== undefined) refuse(field, fault)
  if (typeof column?.type?.kind !== 'string' || !Object.hasOwn(kinds, column.type.kind)) {
    refuse(field, 'expected a column, such as text() or nullable(date())')
  }
  if (column.column === '') refuse(field, 'the name in the database is empty')
  validateType(field, column.type, refuse)
  validateDescription(field, column, refuse)
}

function validateType(field: string, type: ColumnType, refuse: Refuse): void {
  if (type.kind === 'decimal' && !isScale(type.scale)) refuse(`${field}.scale`, scaleExpected)
  if (type.kind === 'timestamp' && type.timeZone !== undefined && !isTimeZone(type.timeZone)) {
    refuse(`${field}.timeZone`, timeZoneExpected)
  }
  if (type.kind !== 'enum') return
  if (type.values.length === 0) refuse(field, 'an enum lists its values')
  for (const [at, value] of type.values.entries()) {
    if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) {
      refuse(field, `value ${at + 1} of the enum is not text`)
    }
    if (type.values.indexOf(value) < at) refuse(field, `the enum lists "${value}" twice`)
  }
}

/** What a column, measure or derived value tells the people who read it. */
export function validateDescription(field: string, { currency, better }: Description, refuse: Refuse): void {
  if (currency !== undefined && !/^[A-Z]{3}$/.test(currency)) {
    refuse(`${field}.currency`, 'expected a code of ISO 4217, such as "EUR"')
  }
  if (better !== undefined && better !== 'higher' && better !== 'lower') {
    refuse(`${field}.better`, 'expected "higher" or "lower"')
  }
}
