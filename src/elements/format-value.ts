import type { ColumnDescription } from '../http/wire.ts'
import type { Language } from './messages.ts'
import { readableDuration } from './readable-duration.ts'

export type CellValue = string | number | boolean | null | undefined

export interface FormatOptions {
  readonly language: Language
  /** The zone whose days the rows are about. */
  readonly timeZone: string
  /** Digits after the point of a number; otherwise what its column and currency say. */
  readonly digits?: number | undefined
  readonly sign?: boolean | undefined
}

/** Stands for a value that is not there. */
export const noValue = '–'

/** A value of an answer as people of a language write it. Numbers are never turned into floats on the way. */
export function formatValue(column: ColumnDescription, value: CellValue, options: FormatOptions): string {
  if (value === null || value === undefined) return noValue
  const { messages } = options.language
  switch (column.kind) {
    case 'integer':
    case 'bigint':
    case 'decimal':
    case 'real':
      return formatNumber(column, value as string | number, options)
    case 'boolean':
      return value ? messages.yes : messages.no
    case 'date':
    case 'timestamp':
      return formatTime(column, String(value), options)
    case 'enum':
      return column.values?.find((each) => each.value === value)?.label ?? String(value)
    default:
      return String(value)
  }
}

export const isNumeric = ({ kind }: ColumnDescription): boolean =>
  kind === 'integer' || kind === 'bigint' || kind === 'decimal' || kind === 'real'

function formatNumber(column: ColumnDescription, value: string | number, options: FormatOptions): string {
  const { language, digits, sign = false } = options
  const signed: Intl.NumberFormatOptions = sign ? { signDisplay: 'exceptZero' } : {}
  const { unit } = column
  const duration = digits === undefined && unit !== undefined ? readableDuration(unit, Number(value)) : undefined
  if (duration !== undefined) {
    const style = { style: 'unit', unit: duration.unit, unitDisplay: 'long', maximumFractionDigits: 1 } as const
    return numberFormat(language.locale, { ...style, ...signed }).format(duration.value)
  }
  const text = numberFormat(language.locale, { ...styleOf(column, digits), ...signed }).format(value as `${number}`)
  return unit === undefined || unit === 'percent' || column.currency !== undefined || isCldrUnit(unit)
    ? text
    : `${text} ${unit}`
}

/** Averages are exact to more digits than anybody reads. */
const mostDigits = 2

function styleOf(
  { currency, unit, scale = 0 }: ColumnDescription,
  given: number | undefined,
): Intl.NumberFormatOptions {
  if (currency !== undefined) return { style: 'currency', currency, ...digitsOf(given) }
  if (unit === 'percent') return { style: 'percent', ...digitsOf(given ?? 1) }
  const digits = digitsOf(given ?? Math.min(scale, mostDigits))
  if (unit === undefined || !isCldrUnit(unit)) return digits
  return { style: 'unit', unit, unitDisplay: 'long', ...digits }
}

const digitsOf = (digits: number | undefined): Intl.NumberFormatOptions =>
  digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits }

function formatTime(column: ColumnDescription, value: string, { language, timeZone }: FormatOptions): string {
  const { locale, messages } = language
  const instant = column.kind === 'timestamp'
  const at = new Date(instant ? value : `${value}T00:00:00Z`)
  const write = (options: Intl.DateTimeFormatOptions) =>
    dateFormat(locale, { timeZone: instant ? timeZone : 'UTC', ...options }).format(at)
  switch (column.grain) {
    case 'hour':
      return write({ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
    case 'day':
      return write({ weekday: 'short', day: 'numeric', month: 'short' })
    case 'week':
      return messages.weekOf(write({ day: 'numeric', month: 'short' }))
    case 'month':
      return write({ month: 'long', year: 'numeric' })
    case 'quarter':
      return messages.quarter(String(Math.floor(at.getUTCMonth() / 3) + 1), write({ year: 'numeric' }))
    case 'year':
      return write({ year: 'numeric' })
    default:
      return write({ dateStyle: 'medium' })
  }
}

const unitKnown = new Map<string, boolean>()

/** Whether `Intl` can write the unit in every language. */
export function isCldrUnit(unit: string): boolean {
  let known = unitKnown.get(unit)
  if (known === undefined) {
    try {
      new Intl.NumberFormat('en', { style: 'unit', unit })
      known = true
    } catch {
      known = false
    }
    unitKnown.set(unit, known)
  }
  return known
}

/** Making a formatter costs a hundred times as much as using one. */
const numberFormats = new Map<string, Intl.NumberFormat>()
const dateFormats = new Map<string, Intl.DateTimeFormat>()

export function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options)
  const format = numberFormats.get(key) ?? new Intl.NumberFormat(locale, options)
  numberFormats.set(key, format)
  return format
}

export function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options)
  const format = dateFormats.get(key) ?? new Intl.DateTimeFormat(locale, options)
  dateFormats.set(key, format)
  return format
}
