import type { Cluster, Connection } from '../../src/embedded/cluster.ts'
import { createDatabase, query } from '../../src/embedded/database.ts'
import { quoteIdentifier } from '../../src/query/statement.ts'
import type { AnalyticsSecret, Target } from '../../src/secret/analytics-secret.ts'
import type { ConnectionSettings } from '../../src/secret/connection.ts'
import { RotatingSecret } from '../../src/secret/rotation.ts'
import { Secret } from '../../src/secret/secret.ts'
import type { TenantInput } from '../../src/tenancy/tenant.ts'

/** The role that reports are read with: it may log in and read what it was granted. */
export const reader = { user: 'reader', password: 'reader-password' }

/** Ids and schemas that a careless quoting would mix up. */
const ids = ['acme', 'Acme', 'acme ', "o'brien", 'a"b', 'b\\c', '{x,y}', 'größe', '名前', 'drop table', '1', '%']

/** Tenants that have rows in both forms: those of the list, then as many made up as it takes. */
export function makeTenants(count: number): (TenantInput & { readonly schema: string })[] {
  return Array.from({ length: count }, (_, at) => {
    const id = ids[at] ?? `tenant ${at}`
    return { id, schema: `tenant ${id}` }
  })
}

const rowsOfTenant = 5

/**
 * A database on the primary in which each tenant has the same table twice: in `public.item`, by column, and in its own
 * schema. `guarded` has row-level security on `app.tenant` and no other wall.
 */
export async function makeReportsDatabase(
  { primary }: Pick<Cluster, 'primary'>,
  name: string,
  tenants: readonly { readonly id: string; readonly schema: string }[],
): Promise<Connection> {
  const connection = await createDatabase(primary, name)
  const role = `do $$ begin
    if not exists (select from pg_roles where rolname = '${reader.user}') then
      create role ${reader.user} login password '${reader.password}';
    end if;
  end $$`
  const tables = ['public.item', 'public.guarded', ...tenants.map(({ schema }) => `${quoteIdentifier(schema)}.item`)]
  await query(connection, role)
  await query(
    connection,
    [
      ...tenants.map(({ schema }) => `create schema ${quoteIdentifier(schema)}`),
      ...tables.map((table) => `create table ${table} (tenant_id text not null, n integer not null)`),
      `create sequence public.numbers`,
      `alter table public.guarded enable row level security`,
      `create policy own on public.guarded using (tenant_id = current_setting('app.tenant', true))`,
      ...tenants.map(({ schema }) => `grant usage on schema ${quoteIdentifier(schema)} to ${reader.user}`),
      ...tables.map((table) => `grant select on ${table} to ${reader.user}`),
    ].join(';\n'),
  )
  for (const { id, schema } of tenants)
    for (const table of ['public.item', 'public.guarded', `${quoteIdentifier(schema)}.item`])
      await query(connection, `insert into ${table} select $1, n from generate_series(1, ${rowsOfTenant}) n`, [id])
  return connection
}

export const plain = (connection: Connection): ConnectionSettings => ({
  ...connection,
  password: new Secret(connection.password),
  ssl: 'disable',
})

/** A secret as it would have been loaded; `read` is what it says when it is read again. */
export function secretOf(
  replica: Connection,
  members: Partial<Target> = {},
  primary?: Connection,
  read?: () => AnalyticsSecret,
): RotatingSecret {
  const secret: AnalyticsSecret = {
    replica: { ...plain(replica), target: 'standby', ...members },
    ...(primary && { primary: plain(primary) }),
  }
  return new RotatingSecret(secret, async () => read?.() ?? secret, { restMs: 1 })
}
