import { describe, expect, test } from 'vitest'
import type { ColumnType } from '../report/column.ts'
import { Cell, columnValue } from './cell.ts'
import { refusedAbove, refusedBelow } from './image.ts'
import { PoisonedValue } from './poisoned-value.ts'

const column = (type: ColumnType) => ({ column: 'the_column', type, nullable: true })
const value = (type: ColumnType, text: string) => columnValue(column(type), text)
const number = (type: ColumnType, text: string) => {
  const cell = new Cell(column(type))
  cell.set(text)
  return cell.number
}

const decimal: ColumnType = { kind: 'decimal', scale: 2 }
const timestamp: ColumnType = { kind: 'timestamp' }
const local: ColumnType = { kind: 'timestamp', timeZone: 'Europe/Berlin' }
const level: ColumnType = { kind: 'enum', values: ['low', 'high'] }

describe('a value of a row', () => {
  test.each<[ColumnType, string, string]>([
    [{ kind: 'text' }, 'any \u0000 text', 'any \u0000 text'],
    [{ kind: 'integer' }, '-7', '-7'],
    [{ kind: 'bigint' }, '-9223372036854775808', '-9223372036854775808'],
    [decimal, '1', '1.00'],
    [decimal, '1.005', '1.01'],
    [decimal, '-0.005', '-0.01'],
    [decimal, '-0.004', '0.00'],
    [decimal, '12345678901234567890.125', '12345678901234567890.13'],
    [{ kind: 'real' }, '-0', '0'],
    [{ kind: 'real' }, '1e+22', '1e+22'],
    [{ kind: 'boolean' }, 'false', 'false'],
    [{ kind: 'uuid' }, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    [level, 'low', 'low'],
    [level, 'Low', 'other'],
    [level, 'other', 'other'],
    [{ kind: 'date' }, '0001-01-01', '0001-01-01'],
    [timestamp, '-1', '-1'],
    [timestamp, '253402300799999999', '253402300799999999'],
    [local, '1774751400000000', '1774747800000000'],
  ])('F5 of %j, %j is %j', (type, text, canonical) => {
    expect(value(type, text)).toBe(canonical)
  })

  test.each<[ColumnType, string, symbol]>([
    [decimal, 'NaN', refusedAbove],
    [decimal, 'Infinity', refusedAbove],
    [decimal, '-Infinity', refusedBelow],
    [{ kind: 'real' }, 'NaN', refusedAbove],
    [{ kind: 'real' }, '-Infinity', refusedBelow],
    [{ kind: 'date' }, 'infinity', refusedAbove],
    [{ kind: 'date' }, '-infinity', refusedBelow],
    [{ kind: 'date' }, '10000-02-01', refusedAbove],
    [{ kind: 'date' }, '0044-03-15 BC', refusedBelow],
    [timestamp, 'infinity', refusedAbove],
    [timestamp, '-infinity', refusedBelow],
    [timestamp, '253402300800000000', refusedAbove],
    [timestamp, '-62135596800000001', refusedBelow],
    [local, '253402300800000000', refusedAbove],
  ])('F1 of %j, %j has no exact figure', (type, text, refused) => {
    expect(value(type, text)).toBe(refused)
    if (type.kind !== 'real') expect(number(type, text)).toBe(refused)
  })

  test.each<[ColumnType, string]>([
    [{ kind: 'integer' }, ''],
    [{ kind: 'integer' }, '1.0'],
    [{ kind: 'integer' }, 'NaN'],
    [{ kind: 'bigint' }, '12a'],
    [decimal, '1,5'],
    [decimal, '-'],
    [decimal, '.5'],
    [decimal, '1.'],
    [decimal, '1e3'],
    [decimal, '12345678901234567890x'],
    [{ kind: 'real' }, 'nan?'],
    [{ kind: 'real' }, ''],
    [{ kind: 'boolean' }, 'yes'],
    [{ kind: 'uuid' }, 'no uuid'],
    [{ kind: 'date' }, '21.11.2026'],
    [{ kind: 'date' }, '2026-11-2x'],
    [timestamp, '2026-11-21 10:00:00+00'],
    [timestamp, '12.5'],
  ])('of %j, %j is poison: the column is told, the value is not', (type, text) => {
    expect(() => value(type, text)).toThrow(PoisonedValue)
    try {
      value(type, text)
    } catch (error) {
      expect((error as PoisonedValue).column).toBe('the_column')
      if (text.length > 2) expect((error as PoisonedValue).message).not.toContain(text)
    }
  })

  test('null is null of every type', () => {
    const cell = new Cell(column(decimal))
    expect([cell.value, cell.number]).toEqual([null, null])
  })

  test('a day as a number is its midnight in UTC', () => {
    expect(number({ kind: 'date' }, '1970-01-02')).toBe(86_400_000_000)
    expect(number({ kind: 'date' }, '9999-12-31')).toBe(253_402_214_400_000_000n)
  })
})
