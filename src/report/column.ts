/*
 * Terminology
 *
 * column      a typed column of a source; a definition before `source()` binds it to its table
 * kind        what a column's values are, and so what may be done with them
 * value       what a column's values are on the wire, in JSON: the same type from the database to the client
 */
import type { Description, Label } from './label.ts'

/** An exact decimal number as text, e.g. `"12.50"`. Never a float. */
export type Decimal = string
/** An exact integer as text, since it may exceed 2^53, e.g. `"9007199254740993"`. */
export type BigInteger = string
/** A calendar day as `YYYY-MM-DD`. */
export type Day = string
/** A point in time in UTC as ISO 8601, to the microsecond, e.g. `"2026-11-01T09:30:00.123456Z"`. */
export type Instant = string

export type ColumnType =
  | { readonly kind: 'text' }
  | { readonly kind: 'integer' }
  | { readonly kind: 'bigint' }
  | { readonly kind: 'decimal'; readonly scale: number }
  | { readonly kind: 'boolean' }
  /** With `timeZone`: a timestamp without zone, which holds that zone's local time. */
  | { readonly kind: 'timestamp'; readonly timeZone?: string }
  | { readonly kind: 'date' }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'enum'; readonly values: readonly string[]; readonly labels?: Readonly<Record<string, Label>> }
  | { readonly kind: 'real' }

export type ColumnKind = ColumnType['kind']
export type TimeKind = 'timestamp' | 'date'
export type NumberKind = 'integer' | 'bigint' | 'decimal'

declare const carried: unique symbol

export interface ColumnDefinition<Kind extends ColumnKind = ColumnKind, Value = any> extends Description {
  readonly type: ColumnType & { readonly kind: Kind }
  readonly nullable: boolean
  /** The column's name in the database, where it is not the property in snake_case. */
  readonly column?: string
  readonly [carried]?: Value
}

/** A column bound to its table by `source()`. */
export interface Column<Kind extends ColumnKind = ColumnKind, Value = any, Table extends string = string>
  extends ColumnDefinition<Kind, Value> {
  readonly node: 'column'
  readonly table: Table
  readonly property: string
  readonly column: string
}

export type ValueOf<C> = C extends ColumnDefinition<any, infer Value> ? Value : never

export interface ColumnOptions extends Description {
  readonly column?: string
}

function define<Kind extends ColumnKind, Value>(type: ColumnType & { readonly kind: Kind }, options: ColumnOptions) {
  return Object.freeze({ ...options, type: Object.freeze(type), nullable: false }) as ColumnDefinition<Kind, Value>
}

export const text = (options: ColumnOptions = {}) => define<'text', string>({ kind: 'text' }, options)
/** `smallint` or `integer`. */
export const integer = (options: ColumnOptions = {}) => define<'integer', number>({ kind: 'integer' }, options)
export const bigint = (options: ColumnOptions = {}) => define<'bigint', BigInteger>({ kind: 'bigint' }, options)
export const boolean = (options: ColumnOptions = {}) => define<'boolean', boolean>({ kind: 'boolean' }, options)
export const date = (options: ColumnOptions = {}) => define<'date', Day>({ kind: 'date' }, options)
export const uuid = (options: ColumnOptions = {}) => define<'uuid', string>({ kind: 'uuid' }, options)
/** `real` or `double precision`: may be grouped by and counted, never summed, since float sums are not exact. */
export const real = (options: ColumnOptions = {}) => define<'real', number>({ kind: 'real' }, options)

/** `numeric`, read as rounded to `scale` digits after the point (half away from zero, as PostgreSQL rounds). */
export const decimal = ({ scale, ...options }: ColumnOptions & { readonly scale: number }) =>
  define<'decimal', Decimal>({ kind: 'decimal', scale }, options)

/** `timestamp with time zone`; or, where `timeZone` names the zone whose local time it holds, without. */
export const timestamp = ({ timeZone, ...options }: ColumnOptions & { readonly timeZone?: string } = {}) =>
  define<'timestamp', Instant>(
    timeZone === undefined ? { kind: 'timestamp' } : { kind: 'timestamp', timeZone },
    options,
  )

/**
 * A closed set of values, in the order in which they sort: `enumOf('low', 'high')`, or with a label for each,
 * `enumOf({ low: 'Low', high: { en: 'High', de: 'Hoch' } })`. The database column may be text or a native enum.
 * A value that is not listed is read as `other`.
 */
export function enumOf<const Values extends readonly string[]>(
  ...values: Values
): ColumnDefinition<'enum', Values[number] | 'other'>
export function enumOf<const Labels extends Readonly<Record<string, Label>>>(
  labels: Labels,
  options?: ColumnOptions,
): ColumnDefinition<'enum', (keyof Labels & string) | 'other'>
export function enumOf(...given: readonly unknown[]): ColumnDefinition<'enum', any> {
  if (typeof given[0] === 'object') {
    const labels = given[0] as Readonly<Record<string, Label>>
    return define({ kind: 'enum', values: Object.keys(labels), labels }, (given[1] as ColumnOptions | undefined) ?? {})
  }
  return define({ kind: 'enum', values: given as readonly string[] }, {})
}

export function nullable<Kind extends ColumnKind, Value>(
  column: ColumnDefinition<Kind, Value>,
): ColumnDefinition<Kind, Value | null> {
  return Object.freeze({ ...column, nullable: true }) as ColumnDefinition<Kind, Value | null>
}
