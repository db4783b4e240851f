import { MillraceError } from '../errors.ts'
import type { Column, ColumnDefinition, ColumnKind } from './column.ts'

export type Columns = Readonly<Record<string, ColumnDefinition>>

/** Tenancy by schema: every tenant has its own schema, in which the source's table stands under the same name. */
export const bySchema: unique symbol = Symbol('tenancy by schema')

/** A source's own properties stand under this symbol, so that a column may be called `key`, `name` or `table`. */
export const definition: unique symbol = Symbol('source')

export interface SourceDefinition<Table extends string = string, C extends Columns = Columns> {
  /** `table`, or `schema.table` where tenancy is by column and the schema is not `public`. */
  readonly table: Table
  readonly columns: { readonly [Property in keyof C]: Column }
  /** The properties of the primary key, in order. */
  readonly key: readonly string[]
  /** The property of the tenant's column, or `bySchema`. */
  readonly tenant: string | typeof bySchema
}

type BoundColumns<Table extends string, C extends Columns> = {
  readonly [Property in keyof C]: C[Property] extends ColumnDefinition<infer Kind, infer Value>
    ? Column<Kind, Value, Table>
    : never
}

/** A table that reports may read: its columns, key and tenant scope. */
export type Source<Table extends string = string, C extends Columns = Columns> = BoundColumns<Table, C> & {
  readonly [definition]: SourceDefinition<Table, C>
}

export interface AnySource {
  readonly [definition]: SourceDefinition<string, any>
}
export type TableOf<S> = S extends { readonly [definition]: SourceDefinition<infer Table, any> } ? Table : never
export type ColumnsOf<S> = S extends { readonly [definition]: SourceDefinition<any, infer C> } ? C : never

/** A tenant's column identifies one customer exactly; a float, a date or a nullable column cannot. */
type TenantProperty<C extends Columns> = {
  [Property in keyof C & string]: C[Property] extends ColumnDefinition<
    'text' | 'uuid' | 'integer' | 'bigint',
    infer Value
  >
    ? null extends Value
      ? never
      : Property
    : never
}[keyof C & string]

interface SourceInput<C extends Columns> {
  readonly columns: C
  readonly key: (keyof C & string) | readonly (keyof C & string)[]
  readonly tenant: TenantProperty<C> | typeof bySchema
}

/**
 * Declares a table that reports may read. There is no source without a tenant: it names the column that holds the
 * tenant's id, or says `bySchema`. Column names map to snake_case unless a column says otherwise.
 */
export function source<const Table extends string, const C extends Columns>(
  table: Table,
  input: SourceInput<C>,
): Source<Table, C> {
  if (table === '' || table.split('.').some((part) => part === '')) {
    throw new MillraceError('REPORT_INVALID', `source "${table}": the table's name is empty`)
  }
  if (input.tenant === bySchema && table.includes('.')) {
    throw new MillraceError(
      'REPORT_INVALID',
      `source "${table}": with tenancy by schema the table is named without one`,
    )
  }
  const columns = Object.fromEntries(
    Object.entries(input.columns).map(([property, column]) => [property, bind(table, property, column)]),
  )
  const key = typeof input.key === 'string' ? [input.key] : input.key
  for (const property of [...key, ...(input.tenant === bySchema ? [] : [input.tenant])]) {
    if (!Object.hasOwn(columns, property)) {
      throw new MillraceError('REPORT_INVALID', `source "${table}" has no column "${property}"`)
    }
  }
  const own: SourceDefinition = Object.freeze({ table, columns, key, tenant: input.tenant })
  return Object.freeze({ ...columns, [definition]: own }) as unknown as Source<Table, C>
}

function bind(table: string, property: string, column: ColumnDefinition): Column {
  return Object.freeze({ ...column, node: 'column', table, property, column: column.column ?? snakeCase(property) })
}

function snakeCase(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

export type ColumnOf<S, Kind extends ColumnKind = ColumnKind> = Column<Kind, any, TableOf<S>>
