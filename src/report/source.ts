import type { Column, ColumnDefinition, ColumnKind } from './column.ts'
import { type Refuse, refusal } from './refusal.ts'
import { validateColumn } from './validate-column.ts'

export type Columns = Readonly<Record<string, ColumnDefinition>>

/** Tenancy by schema: every tenant has its own schema, in which the source's table stands under the same name. */
export const bySchema: unique symbol = Symbol('tenancy by schema')

/** A source's own properties stand under this symbol, so that a column may be called `key`, `name` or `table`. */
export const definition: unique symbol = Symbol('source')

interface SourceDefinition<Table extends string = string, C extends Columns = Columns> {
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
  const refuse = refusal(`source "${table}"`)
  validateTable(table, input.tenant, refuse)
  for (const [property, column] of Object.entries(input.columns)) {
    validateColumn(`columns.${property}`, property, column, refuse)
  }
  const columns = Object.fromEntries(
    Object.entries(input.columns).map(([property, column]) => [property, bind(table, property, column)]),
  )
  const key = typeof input.key === 'string' ? [input.key] : [...input.key]
  if (key.length === 0 || new Set(key).size < key.length) refuse('key', 'expected different columns, at least one')
  const unknown = key.find((property) => !Object.hasOwn(columns, property))
  if (unknown !== undefined) refuse('key', `the source has no column "${unknown}"`)
  if (input.tenant !== bySchema) validateTenant(input.tenant, columns, refuse)
  const own: SourceDefinition = Object.freeze({ table, columns: Object.freeze(columns), key, tenant: input.tenant })
  return Object.freeze({ ...columns, [definition]: own }) as unknown as Source<Table, C>
}

function validateTable(table: string, tenant: unknown, refuse: Refuse): void {
  const parts = table.split('.')
  if (parts.includes('')) refuse('table', "the table's name is empty")
  if (tenant === bySchema && parts.length > 1) {
    refuse('table', 'with tenancy by schema the table is named without one')
  }
  if (parts.length > 2) refuse('table', 'expected `table` or `schema.table`')
}

const tenantKinds: readonly ColumnKind[] = ['text', 'uuid', 'integer', 'bigint']

function validateTenant(tenant: string, columns: Readonly<Record<string, Column>>, refuse: Refuse): void {
  const column = Object.hasOwn(columns, tenant) ? columns[tenant] : undefined
  if (column === undefined) refuse('tenant', `expected bySchema, or a column of the source`)
  if (column.nullable || !tenantKinds.includes(column.type.kind)) {
    refuse('tenant', `"${tenant}" must be text, a UUID or a whole number, and never null`)
  }
}

function bind(table: string, property: string, column: ColumnDefinition): Column {
  return Object.freeze({ ...column, node: 'column', table, property, column: column.column ?? snakeCase(property) })
}

function snakeCase(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
