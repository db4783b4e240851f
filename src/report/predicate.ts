import type { ValueOf } from './column.ts'
import type { ColumnsOf } from './source.ts'

declare const compared: unique symbol

/** A test of one column. Two-valued, as code reads it: `not('x')` holds for null; a bound never holds for null. */
export interface Test<Value = any> {
  readonly test: 'not' | 'range'
  readonly values?: readonly unknown[]
  readonly atLeast?: unknown
  readonly below?: unknown
  readonly [compared]?: Value
}

/** Equal to a value, to one of several, or null; or a test. */
type Condition<Value> = Value | readonly Value[] | Test<Value | null>

/** All of the conditions hold for the row. Row-local: no clock, no other table. */
export type Where<S> = { readonly [Property in keyof ColumnsOf<S>]?: Condition<ValueOf<ColumnsOf<S>[Property]>> }

/** Neither this value nor, given several, any of them. `not(null)` is "has a value". */
export const not = <const Value>(value: Value | readonly Value[]): Test<Value> => ({
  test: 'not',
  values: Array.isArray(value) ? value : [value],
})

export const atLeast = <Value>(value: Value): Test<Value> => ({ test: 'range', atLeast: value })
export const below = <Value>(value: Value): Test<Value> => ({ test: 'range', below: value })
/** From the first, included, to the second, excluded: as periods are cut, so that neighbours never overlap. */
export const between = <Value>(from: Value, to: Value): Test<Value> => ({ test: 'range', atLeast: from, below: to })
