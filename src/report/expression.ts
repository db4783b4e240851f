import type { BigInteger, Column, ColumnType, Decimal, NumberKind, TimeKind } from './column.ts'

declare const traits: unique symbol

export type ElapsedUnit = 'second' | 'minute' | 'hour' | 'day'

/** How many microseconds each unit has. An elapsed day is 24 hours, whatever the clocks of a zone did. */
export const microsecondsPer: Readonly<Record<ElapsedUnit, bigint>> = {
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: 86_400_000_000n,
}

/** The digits after the point of an elapsed time in its unit. */
export const elapsedScale = 6

/** Exact arithmetic over one row. Null where an operand is null. */
export interface Expression<Value = any, Table extends string = string> {
  readonly node: 'add' | 'subtract' | 'times' | 'elapsed'
  readonly left: Operand
  readonly right: Operand
  readonly unit?: ElapsedUnit
  readonly [traits]?: { readonly value: Value; readonly table: Table }
}

/** A column, an expression, or an exact constant: an integer, or a decimal as text. */
export type Operand = Column | Expression | number | Decimal
type NumberOperand = Column<NumberKind> | Expression | number | Decimal

export type OperandValue<O> =
  O extends Column<any, infer Value>
    ? Value
    : O extends Expression<infer Value>
      ? Value
      : O extends number
        ? number
        : Decimal
export type OperandTable<O> =
  O extends Column<any, any, infer Table> ? Table : O extends Expression<any, infer Table> ? Table : never
type NullIn<A, B> = null extends OperandValue<A> | OperandValue<B> ? null : never
type IsDecimal<O> =
  O extends Column<'decimal'> ? true : O extends Expression<Decimal | null> ? true : O extends string ? true : false

/** Whole numbers stay whole; a decimal makes a decimal. Both are text, since neither fits a float. */
export type Arithmetic<A, B> = Expression<
  (true extends IsDecimal<A> | IsDecimal<B> ? Decimal : BigInteger) | NullIn<A, B>,
  OperandTable<A> | OperandTable<B>
>

export const add = <A extends NumberOperand, B extends NumberOperand>(left: A, right: B): Arithmetic<A, B> =>
  Object.freeze({ node: 'add', left, right })
export const subtract = <A extends NumberOperand, B extends NumberOperand>(left: A, right: B): Arithmetic<A, B> =>
  Object.freeze({ node: 'subtract', left, right })
export const times = <A extends NumberOperand, B extends NumberOperand>(left: A, right: B): Arithmetic<A, B> =>
  Object.freeze({ node: 'times', left, right })

/** The time between two instants or two days, exact to the microsecond, in a unit. */
export const elapsed = <A extends Column<TimeKind>, B extends Column<TimeKind>>(
  from: A,
  to: B,
  unit: ElapsedUnit,
): Expression<Decimal | NullIn<A, B>, OperandTable<A> | OperandTable<B>> =>
  Object.freeze({ node: 'elapsed', left: from, right: to, unit })

/** What an operand's values are: a column's type, or the exact number that arithmetic gives. */
export function typeOf(operand: Operand): ColumnType {
  if (typeof operand === 'number') return { kind: 'bigint' }
  if (typeof operand === 'string') return { kind: 'decimal', scale: (operand.split('.')[1] ?? '').length }
  if (operand.node === 'column') return operand.type
  if (operand.node === 'elapsed') return { kind: 'decimal', scale: elapsedScale }
  const [left, right] = [typeOf(operand.left), typeOf(operand.right)]
  if (left.kind !== 'decimal' && right.kind !== 'decimal') return { kind: 'bigint' }
  const [a, b] = [scaleOf(left), scaleOf(right)]
  return { kind: 'decimal', scale: operand.node === 'times' ? a + b : Math.max(a, b) }
}

/** The digits after the point of a number's type; 0 for whole numbers. */
export function scaleOf(type: ColumnType): number {
  return type.kind === 'decimal' ? type.scale : 0
}

export function isNullable(operand: Operand): boolean {
  if (typeof operand !== 'object') return false
  return operand.node === 'column' ? operand.nullable : isNullable(operand.left) || isNullable(operand.right)
}

/** Every column that an operand reads. */
export function columnsOf(operand: Operand): Column[] {
  if (typeof operand !== 'object') return []
  return operand.node === 'column' ? [operand] : [...columnsOf(operand.left), ...columnsOf(operand.right)]
}
