import pg from 'pg'
import type { ColumnKind } from '../../src/report/column.ts'
import * as column from '../../src/report/column.ts'
import { bySchema, type Source, source } from '../../src/report/source.ts'

/** How the one table of a world is stored: what a report may not notice, or must be told. All of it is JSON. */
export interface Storage {
  readonly tenancy: 'schema' | 'text' | 'uuid' | 'integer' | 'bigint'
  /** The schema of the table where tenancy is by column. */
  readonly schema: string
  readonly table: string
  readonly text: 'text' | 'varchar(40)' | 'char(12)' | 'extension.citext' | 'text collate "und-x-icu"'
  readonly enum: 'native' | 'text' | 'varchar(12)' | 'char(12)'
  readonly integer: 'int4' | 'int2'
  readonly bigint: 'int8' | 'int4'
  readonly decimal: 'numeric' | 'numeric(40,6)'
  readonly whole: 'numeric' | 'int8'
  readonly real: 'float4' | 'float8'
  /** The zone whose local time the columns without zone hold. */
  readonly localZone: string
}

/** A row as text by property; null is null. */
export type StoredRow = Readonly<Record<string, string | null>>

export interface StoredTenant {
  readonly id: string
  /** Only where tenancy is by schema. */
  readonly schema?: string
  readonly timeZone: string
  readonly rows: readonly StoredRow[]
  /** The label of each `code`, in the table that a lookup reads. */
  readonly labels: Readonly<Record<string, string | null>>
}

/** Whether a property is stored as the storage says for its kind, and whether it may be null. */
interface Property {
  readonly kind: ColumnKind
  readonly nullable: boolean
}

/** The enum's values in an order that is neither the alphabet's nor that of the native type. */
export const levels = ['low', 'urgent', 'high'] as const
/** The database has values that the source does not list, `other` among them. */
export const storedLevels = ['high', 'Low', 'low', 'lapsed', 'urgent', 'other'] as const

export const properties = {
  name: { kind: 'text', nullable: false },
  note: { kind: 'text', nullable: true },
  code: { kind: 'text', nullable: true },
  level: { kind: 'enum', nullable: false },
  state: { kind: 'enum', nullable: true },
  open: { kind: 'boolean', nullable: false },
  seen: { kind: 'boolean', nullable: true },
  size: { kind: 'integer', nullable: false },
  place: { kind: 'integer', nullable: true },
  weight: { kind: 'real', nullable: false },
  slope: { kind: 'real', nullable: true },
  volume: { kind: 'bigint', nullable: false },
  debt: { kind: 'bigint', nullable: true },
  price: { kind: 'decimal', nullable: false },
  rate: { kind: 'decimal', nullable: true },
  units: { kind: 'decimal', nullable: false },
  reference: { kind: 'uuid', nullable: true },
  bornOn: { kind: 'date', nullable: false },
  dueOn: { kind: 'date', nullable: true },
  at: { kind: 'timestamp', nullable: false },
  closedAt: { kind: 'timestamp', nullable: true },
  localAt: { kind: 'timestamp', nullable: false },
  leftAt: { kind: 'timestamp', nullable: true },
  remoteAt: { kind: 'timestamp', nullable: true },
} as const satisfies Readonly<Record<string, Property>>

export type PropertyName = keyof typeof properties
export const propertyNames = Object.keys(properties) as PropertyName[]

/** Digits after the point, as the source declares them; the database may hold more. */
export const scales: Readonly<Record<string, number>> = { price: 2, rate: 4, units: 0 }

const tenantColumns = { text: column.text, uuid: column.uuid, integer: column.integer, bigint: column.bigint }

export interface Sources {
  readonly table: Source
  readonly labels: Source
}

export function sourcesOf({ tenancy, schema, table, localZone }: Storage): Sources {
  const local = () => column.timestamp({ timeZone: localZone })
  const columns = {
    id: column.bigint(),
    name: column.text(),
    note: column.nullable(column.text({ column: 'Note "to self"' })),
    code: column.nullable(column.text()),
    level: column.enumOf(...levels),
    state: column.nullable(column.enumOf({ low: 'Low', urgent: 'Urgent', high: { en: 'High', de: 'Hoch' } })),
    open: column.boolean(),
    seen: column.nullable(column.boolean()),
    size: column.integer(),
    place: column.nullable(column.integer()),
    weight: column.real(),
    slope: column.nullable(column.real()),
    volume: column.bigint(),
    debt: column.nullable(column.bigint()),
    price: column.decimal({ scale: 2 }),
    rate: column.nullable(column.decimal({ scale: 4 })),
    units: column.decimal({ scale: 0 }),
    reference: column.nullable(column.uuid()),
    bornOn: column.date(),
    dueOn: column.nullable(column.date()),
    at: column.timestamp({ column: 'select' }),
    closedAt: column.nullable(column.timestamp()),
    localAt: local(),
    leftAt: column.nullable(local()),
    remoteAt: column.nullable(column.timestamp()),
  }
  const labels = { code: column.text(), label: column.nullable(column.text()) }
  if (tenancy === 'schema') {
    return {
      table: source(table, { columns, key: 'id', tenant: bySchema }) as unknown as Source,
      labels: source('label', { columns: labels, key: 'code', tenant: bySchema }) as unknown as Source,
    }
  }
  const tenantId = tenantColumns[tenancy]({ column: 'Tenant' }) as column.ColumnDefinition<'text', string>
  const named = (name: string) => (schema === 'public' ? name : `${schema}.${name}`)
  return {
    table: source(named(table), {
      columns: { ...columns, tenantId },
      key: 'id',
      tenant: 'tenantId',
    }) as unknown as Source,
    labels: source(named('label'), {
      columns: { ...labels, tenantId },
      key: ['tenantId', 'code'],
      tenant: 'tenantId',
    }) as unknown as Source,
  }
}

/** The type that a property is stored as. */
export function storedType(storage: Storage, property: string): string {
  const { kind } = properties[property as PropertyName]
  if (property === 'units') return storage.whole
  if (property === 'localAt' || property === 'leftAt') return 'timestamp'
  if (kind === 'enum') return storage.enum === 'native' ? '"Level"' : storage.enum
  if (kind === 'timestamp') return 'timestamptz'
  return kind === 'boolean' || kind === 'uuid' || kind === 'date' ? kind : storage[kind]
}

export const quoted = (name: string): string => pg.escapeIdentifier(name)
