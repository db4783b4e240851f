import { expect, test } from 'vitest'
import type { Item } from './attributes.ts'
import { baseUpdate, batchUpdate, isInAlready, isNothing, valuesAt, valuesPerItem } from './counter-item.ts'

const at = (place: number): string => place.toString(16).padStart(16, '0')
const item: Item = {
  A: { N: '11' },
  C: { N: '-4' },
  p: { N: '5' },
  d: { S: '1,,-4' },
}

test('S2 an item tells its values at the position of the last batch and after', () => {
  expect(valuesAt(item, at(5))).toEqual([11n, 0n, -4n])
  expect(valuesAt(item, at(9))).toEqual([11n, 0n, -4n])
})

test('S2 an item tells its values before the last batch', () => {
  expect(valuesAt(item, at(4))).toEqual([10n, 0n, 0n])
})

test('an item that only a base was added to is the same at every position', () => {
  expect(valuesAt({ B: { N: '7' }, c: { SS: ['=0'] } }, at(0))).toEqual([0n, 7n])
})

test('numbers are read as DynamoDB may write them', () => {
  expect(valuesAt({ A: { N: '1E+3' }, B: { N: '-1.25e2' }, C: { N: '5e0' } }, at(0))).toEqual([1000n, -125n, 5n])
})

test('an item of a later format is refused, not misread', () => {
  const newer = { ...item, f: { N: '2' } }
  expect(() => valuesAt(newer, at(5))).toThrow(expect.objectContaining({ code: 'STORE_UNAVAILABLE' }))
  expect(() => isInAlready(newer, { from: at(5) })).toThrow(/format 2/)
})

test('S1 what is behind an item is in it already, and a chunk that it names', () => {
  expect(isInAlready(item, { from: at(4) })).toBe(true)
  expect(isInAlready(item, { from: at(5) })).toBe(false)
  expect(isInAlready({ c: { SS: ['=0'] } }, { chunk: '=0' })).toBe(true)
  expect(isInAlready({ c: { SS: ['=0'] } }, { chunk: '=1' })).toBe(false)
})

test('S6 an item holds nothing where every value is zero', () => {
  expect(isNothing({ ...item, A: { N: '0' }, C: { N: '0' } })).toBe(true)
  expect(isNothing(item)).toBe(false)
})

test('expressions stay within what DynamoDB takes, however many values are added to', () => {
  const by = Array.from({ length: valuesPerItem }, () => 3n * 10n ** 37n)
  const addition = { by, whole: 'k'.repeat(2_000) }
  for (const { update, condition } of [
    batchUpdate(addition, { from: at(0), to: at(1) }, true),
    baseUpdate(addition, 'a'.repeat(22)),
  ]) {
    expect(Buffer.byteLength(update)).toBeLessThanOrEqual(4_096)
    expect(Buffer.byteLength(condition)).toBeLessThanOrEqual(4_096)
    // Operators and functions: 300 at most in each.
    expect(expressionsCount(update)).toBeLessThanOrEqual(300)
    expect(expressionsCount(condition)).toBeLessThanOrEqual(300)
  }
})

/** As DynamoDB counts: functions, and operators but for the assignments of an update. */
const expressionsCount = (expression: string): number =>
  expression.match(/\w+\(|\+| AND (?!:h)| OR | BETWEEN |NOT |<=/g)?.length ?? 0
