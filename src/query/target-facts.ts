import type pg from 'pg'
import { boundedExchange } from './bounded-exchange.ts'
import { begin, rollback } from './scope.ts'
import type { Statement } from './statement.ts'

const roleQuery = `
select pg_is_in_recovery()::text, current_setting('server_version_num'), r.rolsuper::text, r.rolbypassrls::text
from pg_roles r where r.rolname = current_user`

const attributesQuery = `
select held.name from pg_roles r cross join lateral (values ('createdb', r.rolcreatedb), ('createrole', r.rolcreaterole),
  ('replication', r.rolreplication)) held (name, is_held)
where r.rolname = current_user and held.is_held`

const membershipsQuery = `
select p.rolname from pg_roles p where pg_has_role(p.oid, 'member')
  and p.rolname in ('pg_execute_server_program', 'pg_write_server_files', 'pg_write_all_data') order by 1`

const ofUsers = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`

/** Tables and sequences that the role may change. Where there is a schema for each tenant there are very many of them. */
const writableQuery = `
select format('%I.%I', n.nspname, c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where ${ofUsers} and case when c.relkind = 'S' then has_sequence_privilege(c.oid, 'USAGE, UPDATE')
  when c.relkind in ('r', 'p', 'v', 'f') then has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
  else false end
union
select format('%I.%I', n.nspname, c.relname)
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where ${ofUsers} and a.attacl is not null and has_column_privilege(c.oid, a.attnum, 'INSERT, UPDATE')
order by 1`

const creatableQuery = `
select format('%I', n.nspname) from pg_namespace n where ${ofUsers} and has_schema_privilege(n.oid, 'CREATE')
order by 1 limit 5`

/** What tables and sequences that are made later will let the role do. */
const laterQuery = `
select distinct format('%s on %s made later', string_agg(distinct lower(a.privilege_type), ', '),
  case d.defaclobjtype when 'S' then 'sequences' else 'tables' end)
from pg_default_acl d cross join aclexplode(d.defaclacl) a
where d.defaclobjtype in ('r', 'S') and a.privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'USAGE')
  and case when a.grantee = 0 then true else pg_has_role(a.grantee, 'USAGE') end
group by d.oid, d.defaclobjtype order by 1`

/** What a server says of itself and of the role that asks. */
export interface RoleFacts {
  readonly inRecovery: boolean
  /** 150004 is 15.4. */
  readonly version: number
  readonly superuser: boolean
  readonly bypassesRowSecurity: boolean
  /** Of `createdb`, `createrole` and `replication` those that the role has. */
  readonly attributes: readonly string[]
  /** Predefined roles that reach out of SELECT, and of which the role is a member. */
  readonly memberships: readonly string[]
  /** Tables and sequences, quoted and with their schema. */
  readonly writable: readonly string[]
  /** Schemas in which it may create, five at most. */
  readonly creatable: readonly string[]
  /** What it will be allowed on what is made later. */
  readonly later: readonly string[]
}

/** Rejects with what the driver says, and where the server is silent for longer than `silenceMilliseconds`. */
export async function askRoleFacts(client: pg.Client, silenceMilliseconds: number): Promise<RoleFacts> {
  const queries = [roleQuery, attributesQuery, membershipsQuery, writableQuery, creatableQuery, laterQuery]
  const statements = queries.map((text) => ({ text, values: [] }))
  const [role, ...lists] = await askRows(client, statements, silenceMilliseconds)
  const [inRecovery, version, superuser, bypassesRowSecurity] = role?.[0] ?? []
  const [attributes = [], memberships = [], writable = [], creatable = [], later = []] = lists.map((rows) =>
    rows.map(([name]) => name ?? ''),
  )
  return {
    inRecovery: inRecovery === 'true',
    version: Number(version),
    superuser: superuser === 'true',
    bypassesRowSecurity: bypassesRowSecurity === 'true',
    ...{ attributes, memberships, writable, creatable, later },
  }
}

/** The rows of each statement, as text; in one read-only transaction that nothing is left of. */
export async function askRows(
  client: pg.Client,
  statements: readonly Statement[],
  silenceMilliseconds: number,
): Promise<readonly (readonly (readonly (string | null)[])[])[]> {
  const never = new AbortController().signal
  const outcomes = await boundedExchange(client, [begin, ...statements, rollback], {
    signal: never,
    silenceMilliseconds,
  })
  return outcomes.slice(1, -1).map(({ rows }) => rows)
}
