import { expect, test } from 'vitest'
import type { ColumnDescription } from '../http/wire.ts'
import { formatValue } from './format-value.ts'
import { languageOf } from './messages.ts'

const shown = (unit: string, value: string | number, locale = 'en', digits?: number) => {
  const column: ColumnDescription = {
    name: 'x',
    role: 'measure',
    kind: 'decimal',
    scale: 6,
    nullable: true,
    label: 'X',
    unit,
  }
  return formatValue(column, value, { language: languageOf(locale), timeZone: 'UTC', digits }).replaceAll(/\s/g, ' ')
}

test.each([
  ['second', 45, '45 seconds'],
  ['second', 119, '119 seconds'],
  ['second', 120, '2 minutes'],
  ['second', 5_400, '90 minutes'],
  ['second', 345_600, '4 days'],
  ['millisecond', 1_500, '1,500 milliseconds'],
  ['minute', 150, '2.5 hours'],
  ['day', '0.02', '28.8 minutes'],
  ['day', '0.5', '12 hours'],
  ['hour', '-0.25', '-15 minutes'],
  ['day', '3.141593', '3.14 days'],
  ['day', 400, '400 days'],
  ['hour', 120, '120 hours'],
  ['day', 0, '0 days'],
])('%s %s is %s to people', (unit, value, text) => {
  expect(shown(unit, value).replace(/\.00\b/, '')).toBe(text)
})

test('a duration is written in the reader’s language, and in the report’s own unit where digits are asked for', () => {
  expect(shown('second', 345_600, 'de')).toBe('4 Tage')
  expect(shown('second', 5_400, 'fr')).toBe('90 minutes')
  expect(shown('second', 5_400, 'es')).toBe('90 minutos')
  expect(shown('second', 5_400, 'en', 0)).toBe('5,400 seconds')
})
