import { describe, expect, test } from 'vitest'
import type { ColumnDescription } from '../http/wire.ts'
import { type FormatOptions, formatValue } from './format-value.ts'
import { languageOf } from './messages.ts'

const column = (part: Partial<ColumnDescription>): ColumnDescription => ({
  name: 'x',
  role: 'measure',
  kind: 'integer',
  nullable: true,
  label: 'X',
  ...part,
})
const inLanguage = (locale: string, more: Partial<FormatOptions> = {}): FormatOptions => ({
  language: languageOf(locale),
  timeZone: 'Asia/Tokyo',
  ...more,
})
const english = inLanguage('en')
const german = inLanguage('de')
/** `Intl` puts narrow and unbreakable spaces of its own choice. */
const plain = (text: string) => text.replaceAll(/\s/g, ' ')

describe('numbers', () => {
  test('are grouped and pointed as the language does', () => {
    expect(formatValue(column({}), 1234567, english)).toBe('1,234,567')
    expect(formatValue(column({}), 1234567, german)).toBe('1.234.567')
    expect(formatValue(column({ kind: 'decimal', scale: 2 }), '1234.50', german)).toBe('1.234,50')
  })
  test('F5 keep every digit, past what a float holds', () => {
    expect(formatValue(column({ kind: 'bigint' }), '9007199254740993', english)).toBe('9,007,199,254,740,993')
    const money = column({ kind: 'decimal', scale: 2, currency: 'EUR' })
    expect(formatValue(money, '90071992547409.93', english)).toBe('€90,071,992,547,409.93')
  })
  test('show a currency with its own digits, unless told', () => {
    const yen = column({ kind: 'decimal', scale: 2, currency: 'JPY' })
    expect(formatValue(yen, '1200.00', english)).toBe('¥1,200')
    const euro = column({ kind: 'decimal', scale: 2, currency: 'EUR' })
    expect(plain(formatValue(euro, '-12.5', german))).toBe('-12,50 €')
    expect(formatValue(euro, '289999.49', { ...english, digits: 0 })).toBe('€289,999')
  })
  test('show a fraction as a percentage, with its sign where it is a change', () => {
    const rate = column({ kind: 'decimal', scale: 4, unit: 'percent' })
    expect(formatValue(rate, '0.1063', english)).toBe('10.6%')
    expect(formatValue(rate, '0.25', { ...english, sign: true })).toBe('+25.0%')
    expect(formatValue(rate, '0.0000', { ...english, sign: true })).toBe('0.0%')
  })
  test('show a unit that CLDR knows in the language, and any other as it is', () => {
    expect(formatValue(column({ kind: 'decimal', scale: 6, unit: 'day' }), '3.141593', english)).toBe('3.14 days')
    expect(plain(formatValue(column({ unit: 'day' }), 3, german))).toBe('3 Tage')
    expect(formatValue(column({ unit: 'seats' }), 3, english)).toBe('3 seats')
  })
})

describe('times', () => {
  test('a day is that day, wherever the reader is', () => {
    const day = column({ kind: 'date', role: 'time', grain: 'day' })
    expect(formatValue(day, '2026-11-01', english)).toBe('Sun, Nov 1')
    expect(formatValue(day, '2026-11-01', german)).toBe('So., 1. Nov.')
  })
  test('an instant is of the day that it was in the zone of the rows', () => {
    expect(formatValue(column({ kind: 'timestamp' }), '2026-11-21T18:30:00.123456Z', english)).toBe('Nov 22, 2026')
  })
  test.each([
    ['week', 'Week of Nov 16'],
    ['month', 'November 2026'],
    ['quarter', 'Q4 2026'],
    ['year', '2026'],
  ] as const)('a bucket of a %s is called by it', (grain, words) => {
    expect(formatValue(column({ kind: 'date', role: 'time', grain }), '2026-11-16', english)).toBe(words)
  })
})

test('an enum shows its label, and a value without one shows itself', () => {
  const severity = column({ kind: 'enum', values: [{ value: 'high', label: 'Hoch' }] })
  expect(formatValue(severity, 'high', german)).toBe('Hoch')
  expect(formatValue(severity, 'other', german)).toBe('other')
})

test('a value that is not there is a dash, and 0 and the empty text are there', () => {
  expect(formatValue(column({}), null, english)).toBe('–')
  expect(formatValue(column({}), 0, english)).toBe('0')
  expect(formatValue(column({ kind: 'text' }), '', english)).toBe('')
  expect(formatValue(column({ kind: 'boolean' }), false, german)).toBe('Nein')
})
