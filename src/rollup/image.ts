import type { Column, ColumnType } from '../report/column.ts'
import { formatExact, parseExact, rescale } from '../report/decimal.ts'
import { localInstant } from './zone.ts'

/**
 * One row as it was before or after a change: each column's text as PostgreSQL writes it with `DateStyle` ISO, `TimeZone` UTC
 * and shortest floats; null for SQL's null. By the column's name in the database.
 */
export type Image = (column: string) => string | null

/** Values without an exact figure: below every other, -infinity and days before the year 1; above, infinity, NaN and days past 9999. */
export const refusedBelow: unique symbol = Symbol('a value below every exact figure')
export const refusedAbove: unique symbol = Symbol('a value above every exact figure')
export type Refused = typeof refusedBelow | typeof refusedAbove

/** What a value is to the fold: its canonical text (as `Group` has it), null, or refused. */
export type Value = string | null | Refused

export const isRefused = (value: unknown): value is Refused => typeof value === 'symbol'

const refusal = (text: string): Refused => (/^-|BC$/.test(text) ? refusedBelow : refusedAbove)

/** A column's value so that equal values are one text (F5); the same rule as the query engine's SQL. */
export function columnValue(column: Column, image: Image): Value {
  const text = image(column.column)
  return text === null ? null : canonicalText(column.type, text)
}

function canonicalText(type: ColumnType, text: string): string | Refused {
  switch (type.kind) {
    case 'integer':
    case 'bigint':
    case 'text':
    case 'uuid':
      return text
    case 'boolean':
      return text === 't' || text === 'true' ? 'true' : 'false'
    case 'enum':
      return type.values.includes(text) ? text : 'other'
    case 'decimal':
      return /^-?\d/.test(text) ? formatExact(rescale(parseExact(text), type.scale)) : refusal(text)
    case 'real': {
      const value = Number(text)
      return Number.isFinite(value) ? String(value + 0) : refusal(text)
    }
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? text : refusal(text)
    case 'timestamp': {
      const local = microsecondsOf(text)
      if (local === undefined) return refusal(text)
      return (type.timeZone === undefined ? local : localInstant(local, type.timeZone)).toString()
    }
  }
}

const timestampText = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:\+00)?$/

/** Microseconds since 1970 of a timestamp's text, read as UTC. Undefined outside the years 1 to 9999. */
function microsecondsOf(text: string): bigint | undefined {
  const match = timestampText.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction = ''] = match
  const seconds = Date.UTC(2000, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  const date = new Date(seconds)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  return BigInt(date.getTime()) * 1000n + BigInt(fraction.padEnd(6, '0'))
}
