import { expectation } from '../report/value.ts'
import type { FoldColumn } from './fold-column.ts'
import { isRefused, type Refused, refusedAbove, refusedBelow, type Value } from './image.ts'
import { PoisonedValue } from './poisoned-value.ts'
import { numberText, scaledNumber, type WholeNumber } from './whole-number.ts'
import { instantOfLocal } from './zone.ts'

/** A value as a number: in units of its scale; of a timestamp microseconds since 1970, of a day those of its midnight in UTC. */
export type CellNumber = WholeNumber | null | Refused

/** One column of the row that is being folded. What is made of its text is made once, and only where it is asked for. */
export class Cell {
  readonly column: FoldColumn
  text: string | null = null
  readonly #valueOf: (text: string) => Value
  readonly #numberOf: (text: string) => WholeNumber | Refused
  #value: Value | undefined
  #number: CellNumber | undefined

  constructor(column: FoldColumn) {
    this.column = column
    this.#valueOf = valueReader(column)
    this.#numberOf = numberReader(column)
  }

  set(text: string | null): void {
    this.text = text
    this.#value = undefined
    this.#number = undefined
  }

  /** Equal values are one text (F5); the same rule as the query engine's SQL. Throws PoisonedValue. */
  get value(): Value {
    if (this.#value === undefined) this.#value = this.text === null ? null : this.#valueOf(this.text)
    return this.#value
  }

  /** Throws PoisonedValue. */
  get number(): CellNumber {
    if (this.#number === undefined) this.#number = this.text === null ? null : this.#numberOf(this.text)
    return this.#number
  }
}

/** The same of one value by itself. */
export const columnValue = (column: FoldColumn, text: string | null): Value =>
  text === null ? null : valueReader(column)(text)

function poisoned({ column, type }: FoldColumn): never {
  throw new PoisonedValue(column, expectation(type))
}

function valueReader(column: FoldColumn): (text: string) => Value {
  const { type } = column
  switch (type.kind) {
    case 'text':
      return (text) => text
    case 'enum': {
      const values = new Set(type.values)
      return (text) => (values.has(text) ? text : 'other')
    }
    case 'boolean':
      return (text) => (text === 'true' || text === 'false' ? text : poisoned(column))
    case 'uuid':
      return (text) => (isUuid(text) ? text : poisoned(column))
    case 'real':
      return (text) => {
        const value = Number(text)
        if (Number.isFinite(value) && text !== '') return String(value + 0)
        return refusedNumber(text) ?? poisoned(column)
      }
    case 'date':
      return (text) => (isDay(text) ? text : (refusedDay(text) ?? poisoned(column)))
    default: {
      const numberOf = numberReader(column)
      const scale = type.kind === 'decimal' ? type.scale : 0
      return (text) => {
        const number = numberOf(text)
        return isRefused(number) ? number : numberText(number, scale)
      }
    }
  }
}

function numberReader(column: FoldColumn): (text: string) => WholeNumber | Refused {
  const { type } = column
  switch (type.kind) {
    case 'integer':
    case 'bigint':
      return (text) => (text.includes('.') ? poisoned(column) : (scaledNumber(text, 0) ?? poisoned(column)))
    case 'decimal':
      return (text) => scaledNumber(text, type.scale) ?? refusedNumber(text) ?? poisoned(column)
    case 'timestamp': {
      const { timeZone } = type
      return (text) => {
        const number = text.includes('.') ? undefined : scaledNumber(text, 0)
        if (number === undefined) return refusedTime(text) ?? poisoned(column)
        if (number < firstMicrosecond) return refusedBelow
        if (number >= endMicrosecond) return refusedAbove
        return timeZone === undefined ? number : instantOfLocal(number, timeZone)
      }
    }
    case 'date':
      return (text) => {
        if (!isDay(text)) return refusedDay(text) ?? poisoned(column)
        return microsecondsOfDay(text)
      }
    default:
      return () => poisoned(column)
  }
}

/** The years 1 to 9999. */
const firstMicrosecond = -62_135_596_800_000_000n
const endMicrosecond = 253_402_300_800_000_000n

const refusedNumber = (text: string): Refused | undefined =>
  text === '-Infinity' ? refusedBelow : text === 'Infinity' || text === 'NaN' ? refusedAbove : undefined

const refusedTime = (text: string): Refused | undefined =>
  text === '-infinity' ? refusedBelow : text === 'infinity' ? refusedAbove : undefined

function refusedDay(text: string): Refused | undefined {
  if (/^\d{4,}-\d\d-\d\d BC$/.test(text)) return refusedBelow
  return /^\d{5,}-\d\d-\d\d$/.test(text) ? refusedAbove : refusedTime(text)
}

const hyphen = 0x2d
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39

function isDay(text: string): boolean {
  if (text.length !== 10) return false
  for (let at = 0; at < 10; at++) {
    const code = text.charCodeAt(at)
    if (at === 4 || at === 7 ? code !== hyphen : !isDigit(code)) return false
  }
  return true
}

function microsecondsOfDay(day: string): WholeNumber {
  const milliseconds = Date.parse(day)
  const near = milliseconds * 1000
  return Math.abs(near) <= Number.MAX_SAFE_INTEGER ? near : BigInt(milliseconds) * 1000n
}

const isUuid = (text: string): boolean =>
  text.length === 36 && [8, 13, 18, 23].every((at) => text.charCodeAt(at) === hyphen)
