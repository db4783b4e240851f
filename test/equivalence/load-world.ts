import type pg from 'pg'
import { definition } from '../../src/report/source.ts'
import {
  properties,
  propertyNames,
  quoted,
  type Sources,
  type Storage,
  type StoredRow,
  type StoredTenant,
  sourcesOf,
  storedLevels,
  storedType,
} from './table.ts'
import type { World } from './world.ts'

/** Makes the world's tables and rows on the primary, in place of whatever the last world left. */
export async function loadWorld(primary: pg.Client, { storage, tenants }: World, sources: Sources): Promise<void> {
  await primary.query(await dropText(primary))
  const schemas = storage.tenancy === 'schema' ? tenants.map(({ schema }) => schema as string) : [storage.schema]
  for (const schema of new Set(schemas)) await primary.query(createText(storage, schema, sources))
  let id = 0
  for (const tenant of tenants) {
    const schema = schemaOf(storage, tenant)
    const prefix = storage.tenancy === 'schema' ? [] : [tenant.id]
    await insertRows(primary, storage, tenant, tenant.rows, id + 1)
    id += tenant.rows.length
    await insert(
      primary,
      `${quoted(schema)}.label`,
      [...ownColumns(storage), { column: 'code', type: 'text' }, { column: 'label', type: 'text' }],
      Object.entries(tenant.labels).map(([code, label]) => [...prefix, code, label]),
      schema,
    )
  }
}

const ownColumns = ({ tenancy }: Storage) =>
  tenancy === 'schema' ? [] : [{ column: 'Tenant', type: tenancy as string }]

export const schemaOf = (storage: Storage, { schema }: Pick<StoredTenant, 'schema'>): string =>
  storage.tenancy === 'schema' ? (schema as string) : storage.schema

/** Rows of a tenant, with ids one after the other. */
export async function insertRows(
  primary: pg.Client,
  storage: Storage,
  tenant: Pick<StoredTenant, 'id' | 'schema'>,
  rows: readonly StoredRow[],
  firstId: number,
): Promise<void> {
  const sources = sourcesOf(storage)
  const prefix = storage.tenancy === 'schema' ? [] : [tenant.id]
  const schema = schemaOf(storage, tenant)
  const columns = [
    { column: 'id', type: 'bigint' },
    ...ownColumns(storage),
    ...propertyNames.map((property) => ({
      column: columnName(sources, property),
      type: storedType(storage, property).replace(/ collate .*/, ''),
    })),
  ]
  await insert(
    primary,
    `${quoted(schema)}.${quoted(storage.table)}`,
    columns,
    rows.map((row, at) => [String(firstId + at), ...prefix, ...propertyNames.map((property) => row[property] ?? null)]),
    schema,
  )
}

export const columnName = ({ table }: Sources, property: string): string =>
  table[definition].columns[property]?.column as string

function createText(storage: Storage, schema: string, sources: Sources): string {
  const inSchema = (name: string) => `${quoted(schema)}.${quoted(name)}`
  const own = storage.tenancy === 'schema' ? '' : `"Tenant" ${storage.tenancy} not null, `
  const key = storage.tenancy === 'schema' ? '' : '"Tenant", '
  const columns = propertyNames.map((property) => {
    const type = storedType(storage, property).replace('"Level"', inSchema('Level'))
    return `${quoted(columnName(sources, property))} ${type}${properties[property].nullable ? '' : ' not null'}`
  })
  return `create schema if not exists ${quoted(schema)};
    create type ${inSchema('Level')} as enum (${storedLevels.map((level) => `'${level}'`).join(', ')});
    create table ${inSchema(storage.table)} (id bigint primary key, ${own}${columns.join(', ')});
    create table ${inSchema('label')} (${own}code text not null, label text, primary key (${key}code))`
}

/** The tables of the last world, whatever schemas it had. */
async function dropText(primary: pg.Client): Promise<string> {
  const { rows } = await primary.query(
    `select nspname from pg_namespace where nspname not like 'pg\\_%' and nspname not in ('information_schema', 'extension')`,
  )
  const schemas = rows.map(({ nspname }) => quoted(nspname as string))
  return [...(schemas.length === 0 ? [] : [`drop schema ${schemas.join(', ')} cascade`]), 'create schema public'].join(
    ';',
  )
}

async function insert(
  primary: pg.Client,
  table: string,
  columns: readonly { readonly column: string; readonly type: string }[],
  rows: readonly (readonly (string | null)[])[],
  schema: string,
): Promise<void> {
  const names = columns.map(({ column }) => quoted(column)).join(', ')
  const values = columns.map(
    ({ type }, at) => `$${at + 1}::text[]::${type === '"Level"' ? `${quoted(schema)}."Level"` : type}[]`,
  )
  const lists = columns.map((_, at) => rows.map((row) => row[at] ?? null))
  await primary.query(`insert into ${table} (${names}) select * from unnest(${values.join(', ')})`, lists)
}
