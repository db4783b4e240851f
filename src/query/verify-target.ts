import pg from 'pg'
import { MillraceError } from '../errors.ts'
import type { AnalyticsSecret, HeartbeatSettings } from '../secret/analytics-secret.ts'
import { judgeTarget } from '../secret/judge-target.ts'
import { clientConfig } from './connections.ts'
import { heartbeatColumn } from './freshness.ts'
import { faultOf } from './sqlstate.ts'

/** PostgreSQL 15. */
const oldestVersion = 150_000

const factsQuery = `
select pg_is_in_recovery() as in_recovery,
  current_setting('server_version_num')::integer as version,
  r.rolsuper as superuser,
  array(select name from (values ('createdb', r.rolcreatedb), ('createrole', r.rolcreaterole),
    ('replication', r.rolreplication)) as held (name, is_held) where is_held) as attributes,
  r.rolbypassrls as bypasses_row_security,
  array(select p.rolname from pg_roles p where p.rolname in ('pg_execute_server_program', 'pg_write_server_files',
    'pg_write_all_data') and not r.rolsuper and pg_has_role(r.oid, p.oid, 'member'))::text[] as memberships
from pg_roles r where r.rolname = current_user`

/** Tables and sequences that the role may change, and schemas in which it may make some. */
const writableQuery = `
select format('%I.%I', n.nspname, c.relname) as name
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and case when c.relkind = 'S' then has_sequence_privilege(c.oid, 'USAGE') or has_sequence_privilege(c.oid, 'UPDATE')
    when c.relkind in ('r', 'p', 'v', 'f') then has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
      or has_any_column_privilege(c.oid, 'INSERT, UPDATE')
    else false end
order by 1`

const creatableQuery = `
select format('%I', nspname) as name from pg_namespace
where nspname !~ '^pg_' and nspname <> 'information_schema' and has_schema_privilege(oid, 'CREATE') order by 1 limit 5`

/** What tables and sequences that are made later will let the role do. */
const defaultsQuery = `
select distinct format('%s on %s made later', string_agg(distinct lower(a.privilege_type), ', '),
  case d.defaclobjtype when 'S' then 'sequences' else 'tables' end) as name
from pg_default_acl d cross join aclexplode(d.defaclacl) a
where d.defaclobjtype in ('r', 'S')
  and a.privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'USAGE')
  and case when a.grantee = 0 then true else pg_has_role(a.grantee, 'USAGE') end
group by d.oid, d.defaclobjtype order by 1`

interface Facts {
  readonly in_recovery: boolean
  readonly version: number
  readonly superuser: boolean
  readonly attributes: readonly string[]
  readonly bypasses_row_security: boolean
  readonly memberships: readonly string[]
}

/**
 * Asks a target, over the connection that reports use, whether it is what the secret declares, and returns warnings for
 * the log. Throws TARGET_REFUSED with every reason at once, and the driver's error where it cannot be asked.
 */
export async function verifyTarget(
  client: pg.Client,
  { replica, primary }: AnalyticsSecret,
  connectTimeoutMilliseconds: number,
): Promise<readonly string[]> {
  const [facts] = (await client.query<Facts>(factsQuery)).rows
  if (facts === undefined) throw new MillraceError('TARGET_REFUSED', 'the target does not know the role that asks')
  const names = async (query: string) => (await client.query<{ name: string }>(query)).rows.map(({ name }) => name)
  const identity = await systemIdentifier(client)
  const primaryIdentity = primary && identity && (await identityOf(primary, connectTimeoutMilliseconds))
  const judgement = judgeTarget(replica.target, {
    inRecovery: facts.in_recovery,
    superuser: facts.superuser,
    writableTables: facts.superuser ? [] : await names(writableQuery),
    ...(primaryIdentity !== undefined && { sameClusterAsPrimary: identity === primaryIdentity }),
  })
  const refusals = judgement.verdict === 'refused' ? [judgement.error.detail] : []
  const warnings = judgement.verdict === 'accepted' ? [...judgement.warnings] : []
  if (facts.version < oldestVersion) refusals.push('the server is older than PostgreSQL 15')
  for (const role of facts.memberships) refusals.push(`the role of the replica is a member of ${role}`)
  if (!facts.superuser) {
    if (facts.bypasses_row_security) warnings.push('the role of the replica bypasses row-level security')
    for (const attribute of facts.attributes) warnings.push(`the role of the replica has ${attribute}`)
    for (const later of await names(defaultsQuery)) warnings.push(`the role of the replica will be given ${later}`)
    for (const schema of await names(creatableQuery)) warnings.push(`the role of the replica may create in ${schema}`)
  }
  if (primary !== undefined && primaryIdentity === undefined)
    warnings.push('whether the target and `primary` are one cluster could not be asked')
  if (replica.heartbeat !== undefined) refusals.push(...(await heartbeatFaults(client, replica.heartbeat)))
  if (refusals.length > 0) throw new MillraceError('TARGET_REFUSED', refusals.join('; '))
  return warnings
}

/** The identity of a cluster, which its standbys share. Undefined where the role may not ask for it. */
async function systemIdentifier(client: pg.Client): Promise<string | undefined> {
  try {
    const { rows } = await client.query<{ id: string }>('select system_identifier::text as id from pg_control_system()')
    return rows[0]?.id
  } catch (error) {
    if ((error as { code?: unknown }).code === '42501') return undefined
    throw error
  }
}

async function identityOf(
  settings: NonNullable<AnalyticsSecret['primary']>,
  connectTimeoutMilliseconds: number,
): Promise<string | undefined> {
  const client = new pg.Client(clientConfig(settings, connectTimeoutMilliseconds))
  client.on('error', () => {})
  try {
    await client.connect()
    return await systemIdentifier(client)
  } catch {
    return undefined
  } finally {
    await client.end().catch(() => {})
  }
}

async function heartbeatFaults(client: pg.Client, heartbeat: HeartbeatSettings): Promise<string[]> {
  try {
    await client.query(`select ${heartbeatColumn(heartbeat)}`)
    const { rows } = await client.query<{ type: string }>(
      `select format_type(a.atttypid, null) as type from pg_attribute a join pg_class c on c.oid = a.attrelid
       join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2 and a.attname = $3`,
      [heartbeat.schema, heartbeat.table, heartbeat.column],
    )
    return rows[0]?.type === 'timestamp with time zone'
      ? []
      : ['replica.heartbeat.column must be a timestamp with time zone']
  } catch (error) {
    if (faultOf(error).code === 'REPLICA_UNAVAILABLE') throw error
    return ['replica.heartbeat names what cannot be read on the target']
  }
}
