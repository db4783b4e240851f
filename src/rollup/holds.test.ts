import { describe, expect, test } from 'vitest'
import type { ColumnType } from '../report/column.ts'
import { compileTest, type FoldTest } from './holds.ts'
import { refusedAbove, refusedBelow, type Value } from './image.ts'

const column = (type: ColumnType) => ({ column: 'c', type, nullable: true })
const text = column({ kind: 'text' })
const price = column({ kind: 'decimal', scale: 2 })
const at = column({ kind: 'timestamp' })
const weight = column({ kind: 'real' })

/** Which of the values a condition holds of. */
const chosen = (test: FoldTest, values: readonly Value[]): Value[] => values.filter(compileTest(test))

describe('a condition', () => {
  const values: Value[] = ['a', 'A', '', null, refusedBelow, refusedAbove]

  test('F1 of listed values: null only where null is listed, a refused value never', () => {
    expect(chosen({ column: text, test: 'in', values: ['a', ''], orNull: false }, values)).toEqual(['a', ''])
    expect(chosen({ column: text, test: 'in', values: ['a'], orNull: true }, values)).toEqual(['a', null])
    expect(chosen({ column: text, test: 'in', values: [], orNull: false }, values)).toEqual([])
  })

  test('F1 of values that are not listed: null unless it is ruled out, a refused value always', () => {
    expect(chosen({ column: text, test: 'notIn', values: ['a', 'A'], norNull: false }, values)).toEqual([
      '',
      null,
      refusedBelow,
      refusedAbove,
    ])
    expect(chosen({ column: text, test: 'notIn', values: [], norNull: true }, values)).not.toContain(null)
  })

  test('F5 numbers are compared as numbers, at any size', () => {
    const numbers = ['-10.00', '-9.00', '9.00', '10.00', '12345678901234567890.12', '12345678901234567890.13']
    expect(chosen({ column: price, test: 'range', atLeast: '-9.00', below: '10.00' }, numbers)).toEqual([
      '-9.00',
      '9.00',
    ])
    expect(chosen({ column: price, test: 'range', atLeast: '12345678901234567890.13' }, numbers)).toHaveLength(1)
    expect(chosen({ column: weight, test: 'range', below: '2' }, ['1e-7', '10', '2'])).toEqual(['1e-7'])
  })

  test('F5 instants are compared to the microsecond', () => {
    const [before, then, later] = ['1795255199999999', '1795255200000000', '1795255200000001']
    const bound = '2026-11-21T10:00:00Z'
    expect(chosen({ column: at, test: 'in', values: [bound], orNull: false }, [before, then, later])).toEqual([then])
    expect(chosen({ column: at, test: 'range', below: bound }, [before, then, later])).toEqual([before])
    expect(chosen({ column: at, test: 'range', atLeast: bound }, [before, then, later])).toEqual([then, later])
  })

  test('F5 text is compared by its bytes', () => {
    const texts = ['\uff61', '\u{1F600}', 'Z', 'a']
    expect(chosen({ column: text, test: 'range', atLeast: '\uff61' }, texts)).toEqual(['\uff61', '\u{1F600}'])
  })

  test('F1 a refused value is in the ranges that it is above or below; null is in none', () => {
    const extremes: Value[] = [refusedBelow, refusedAbove, null]
    expect(chosen({ column: price, test: 'range', below: '0.00' }, extremes)).toEqual([refusedBelow])
    expect(chosen({ column: price, test: 'range', atLeast: '0.00' }, extremes)).toEqual([refusedAbove])
    expect(chosen({ column: price, test: 'range', atLeast: '0.00', below: '1.00' }, extremes)).toEqual([])
  })
})
