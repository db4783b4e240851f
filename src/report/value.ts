import { Temporal } from 'temporal-polyfill'
import type { ColumnType, Instant } from './column.ts'
import { formatExact, parseExact, rescale } from './decimal.ts'

/** A value as it is in JSON. */
export type WireValue = string | number | boolean | null

const ranges = { integer: [-(2n ** 31n), 2n ** 31n - 1n], bigint: [-(2n ** 63n), 2n ** 63n - 1n] } as const

/**
 * The canonical text of a value that a report or a reader gives, fit to be a statement's parameter. Equal values have
 * equal text. Throws a RangeError that says what was expected, never what was given.
 */
export function canonical(type: ColumnType, given: unknown): string {
  const refuse = (expected: string): never => {
    throw new RangeError(`expected ${expected}`)
  }
  const spelled = type.kind !== 'text' && type.kind !== 'enum'
  const text = spelled && (typeof given === 'number' || typeof given === 'boolean') ? String(given) : given
  if (typeof text !== 'string') return refuse(expectation(type))
  switch (type.kind) {
    case 'text':
      return text.includes('\0') || !text.isWellFormed() ? refuse('text without the NUL character') : text
    case 'integer':
    case 'bigint': {
      if (!/^-?\d{1,19}$/.test(text)) return refuse(expectation(type))
      const value = BigInt(text)
      const [least, greatest] = ranges[type.kind]
      return value < least || value > greatest ? refuse(expectation(type)) : value.toString()
    }
    case 'decimal': {
      if (text.length > 1000 || !/^-?\d+(\.\d+)?$/.test(text)) return refuse(expectation(type))
      const value = parseExact(text)
      const at = rescale(value, type.scale)
      return formatExact(rescale(at, value.scale)) === formatExact(value) ? formatExact(at) : refuse(expectation(type))
    }
    case 'boolean':
      return text === 'true' || text === 'false' ? text : refuse(expectation(type))
    case 'date':
      return parsed(() => Temporal.PlainDate.from(text).toString() === text && inRange(text))
        ? text
        : refuse(expectation(type))
    case 'timestamp': {
      const instant = parsed(() => Temporal.Instant.from(text))
      if (!instant || !inRange(instant.toString())) return refuse(expectation(type))
      return instant.round({ smallestUnit: 'microsecond', roundingMode: 'floor' }).toString()
    }
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : refuse(expectation(type))
    case 'enum':
      return type.values.includes(text) || text === 'other' ? text : refuse(expectation(type))
    case 'real': {
      const value = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN
      return Number.isFinite(value) ? String(value + 0) : refuse(expectation(type))
    }
  }
}

/** What a type takes, in words for an error. */
export function expectation(type: ColumnType): string {
  switch (type.kind) {
    case 'integer':
      return 'a whole number of 32 bits'
    case 'bigint':
      return 'a whole number of 64 bits'
    case 'decimal':
      return `a decimal number with at most ${type.scale} digits after the point`
    case 'boolean':
      return '`true` or `false`'
    case 'date':
      return 'a day as YYYY-MM-DD'
    case 'timestamp':
      return 'an instant as ISO 8601 with its offset'
    case 'uuid':
      return 'a UUID'
    case 'enum':
      return `one of ${[...new Set([...type.values, 'other'])].join(', ')}`
    case 'real':
      return 'a finite number'
    case 'text':
      return 'text'
  }
}

/** From the text that an engine gives (see `Group`) to JSON. Throws a RangeError for NaN and the infinities. */
export function wire(type: ColumnType, raw: string | null): WireValue {
  if (raw === null) return null
  switch (type.kind) {
    case 'integer': {
      const value = Number(raw)
      if (!Number.isSafeInteger(value)) throw new RangeError('not a whole number below 2^53: declare it as bigint')
      return value
    }
    case 'real': {
      const value = Number(raw)
      if (!Number.isFinite(value)) throw new RangeError('not a finite number')
      return value + 0
    }
    case 'bigint':
      return formatExact(parseExact(raw))
    case 'decimal':
      return formatExact(rescale(parseExact(raw), type.scale))
    case 'boolean':
      return raw === 't' || raw === 'true'
    case 'timestamp':
      return instantOf(raw)
    case 'date':
      if (!/^\d{4}-\d\d-\d\d$/.test(raw)) throw new RangeError('not a day of the years 1 to 9999')
      return raw
    default:
      return raw
  }
}

/** Microseconds since 1970, as text, to ISO 8601 in UTC with as many digits of the second as it takes. */
export function instantOf(raw: string): Instant {
  const instant = /^-?\d{1,18}$/.test(raw) ? isoOf(BigInt(raw)) : ''
  if (!inRange(instant)) throw new RangeError('not an instant of the years 1 to 9999')
  return instant
}

/** By `Date`, which Temporal takes forty times as long for: each answer says a time or two. */
function isoOf(microseconds: bigint): string {
  const ofMillisecond = ((microseconds % 1000n) + 1000n) % 1000n
  const date = new Date(Number((microseconds - ofMillisecond) / 1000n))
  if (Number.isNaN(date.getTime())) return ''
  const [second, milliseconds] = date.toISOString().slice(0, -1).split('.') as [string, string]
  const fraction = `${milliseconds}${String(ofMillisecond).padStart(3, '0')}`.replace(/0+$/, '')
  return `${second}${fraction === '' ? '' : '.'}${fraction}Z`
}

const inRange = (iso: string): boolean => /^\d{4}-/.test(iso) && !iso.startsWith('0000')

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}
