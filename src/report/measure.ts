import type { BigInteger, Column, ColumnKind, Decimal, NumberKind, TimeKind } from './column.ts'
import type { Expression, Operand, OperandTable, OperandValue } from './expression.ts'
import type { Description } from './label.ts'

declare const traits: unique symbol

/** What the type of a measure remembers: its value, its table, its condition, and whether it is a number, or may be summed. */
interface Traits {
  readonly value: unknown
  readonly table: string
  readonly where: unknown
  readonly number: boolean
  readonly additive: boolean
}

export type Aggregate = 'count' | 'sum' | 'avg' | 'min' | 'max' | 'countDistinct' | 'percentile'

/** An aggregate over the rows of a group. */
export interface Measure<T extends Traits = any> extends Description {
  readonly aggregate: Aggregate
  readonly of?: Operand
  /** Only the rows for which this holds. */
  readonly where?: Readonly<Record<string, unknown>>
  /** The time column by which this measure falls into a period or bucket, where it is not the report's own. */
  readonly at?: Column<TimeKind>
  /** `avg`: digits after the point. */
  readonly scale?: number
  /** `percentile`: between 0 and 1. */
  readonly fraction?: number
  /** `percentile`: significant digits that values are rounded to first, or all of them. */
  readonly digits?: number | 'all'
  readonly [traits]?: T
}

export type TraitsOf<M> = M extends Measure<infer T> ? T : never

interface MeasureOptions<W, At> extends Description {
  readonly where?: W
  readonly at?: At
}
type Condition = Readonly<Record<string, unknown>>
type Options<W extends Condition, At extends Column<TimeKind>> = MeasureOptions<W, At>
type AtTable<At> = At extends Column<any, any, infer Table> ? (string extends Table ? never : Table) : never

type Numeric<Value, Table extends string, W, Additive extends boolean> = Measure<{
  value: Value
  table: Table
  where: W
  number: true
  additive: Additive
}>
type Picked<Value, Table extends string, W, IsNumber extends boolean> = Measure<{
  value: Value
  table: Table
  where: W
  number: IsNumber
  additive: false
}>

type NumberOperand = Column<NumberKind> | Expression
type OrderedOperand = Column<NumberKind | TimeKind | 'text' | 'real'> | Expression
/** An exact number, of which ratios and growth can be told; a float is none. */
type IsNumber<O> = O extends Column<NumberKind> | Expression ? true : false
type Exact<Value> = NonNullable<Value> extends number ? BigInteger : NonNullable<Value>
type NullOf<O> = null extends OperandValue<O> ? null : never

function measure(aggregate: Aggregate, of: Operand | undefined, options: object): any {
  return Object.freeze({ aggregate, ...(of === undefined ? {} : { of }), ...options })
}

/** How many rows; or, of a column, how many of its values are not null. */
export function count<const W extends Condition = {}, At extends Column<TimeKind> = never>(
  options?: Options<W, At>,
): Numeric<number, AtTable<At>, W, true>
export function count<Of extends Column, const W extends Condition = {}, At extends Column<TimeKind> = never>(
  of: Of,
  options?: Options<W, At>,
): Numeric<number, OperandTable<Of> | AtTable<At>, W, true>
export function count(first: object = {}, options: object = {}): any {
  return 'node' in first ? measure('count', first as Operand, options) : measure('count', undefined, first)
}

/** The exact sum, 0 where there is nothing to add. Null where every value is null, which only a nullable column can be. */
export function sum<Of extends NumberOperand, const W extends Condition = {}, At extends Column<TimeKind> = never>(
  of: Of,
  options: Options<W, At> = {},
): Numeric<Exact<OperandValue<Of>> | NullOf<Of>, OperandTable<Of> | AtTable<At>, W, true> {
  return measure('sum', of, options)
}

/**
 * The mean, rounded half away from zero to `scale` digits after the point: 4 more than the values have, unless told.
 * Null where there is no value.
 */
export function avg<Of extends NumberOperand, const W extends Condition = {}, At extends Column<TimeKind> = never>(
  of: Of,
  options: Options<W, At> & { readonly scale?: number } = {},
): Numeric<Decimal | null, OperandTable<Of> | AtTable<At>, W, false> {
  return measure('avg', of, options)
}

/** The least value; text by bytes. Null where there is no value. */
export function min<Of extends OrderedOperand, const W extends Condition = {}, At extends Column<TimeKind> = never>(
  of: Of,
  options: Options<W, At> = {},
): Picked<NonNullable<OperandValue<Of>> | null, OperandTable<Of> | AtTable<At>, W, IsNumber<Of>> {
  return measure('min', of, options)
}

/** The greatest value; text by bytes. Null where there is no value. */
export function max<Of extends OrderedOperand, const W extends Condition = {}, At extends Column<TimeKind> = never>(
  of: Of,
  options: Options<W, At> = {},
): Picked<NonNullable<OperandValue<Of>> | null, OperandTable<Of> | AtTable<At>, W, IsNumber<Of>> {
  return measure('max', of, options)
}

/** How many different values, nulls left out. */
export function countDistinct<
  Of extends Column<ColumnKind> | Expression,
  const W extends Condition = {},
  At extends Column<TimeKind> = never,
>(of: Of, options: Options<W, At> = {}): Numeric<number, OperandTable<Of> | AtTable<At>, W, false> {
  return measure('countDistinct', of, options)
}

/**
 * The least value that is at or above the fraction (0 to 1) of all values, as `percentile_disc`: a value that occurs.
 * Values are first rounded to `digits` significant digits (3 unless told; an error of at most 0.5 %); `'all'` is exact.
 */
export function percentile<
  Of extends NumberOperand,
  const W extends Condition = {},
  At extends Column<TimeKind> = never,
>(
  fraction: number,
  of: Of,
  options: Options<W, At> & { readonly digits?: number | 'all' } = {},
): Numeric<NonNullable<OperandValue<Of>> | null, OperandTable<Of> | AtTable<At>, W, false> {
  return measure('percentile', of, { digits: 3, ...options, fraction })
}
