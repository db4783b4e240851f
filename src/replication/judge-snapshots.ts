import pg from 'pg'
import { definition } from '../report/source.ts'
import { type Finding, refusal } from './finding.ts'
import type { PublishedTable } from './published-table.ts'
import { tableText } from './statement-text.ts'

interface SnapshotFacts {
  readonly role: string
  readonly mayPause: boolean
  readonly isRds: boolean
}

interface TableFacts {
  readonly schema: string
  readonly table: string
  readonly mayUse: boolean
  readonly mayRead: boolean
  readonly seesSome: boolean
}

const factsText = `
select current_user::text as role,
  has_function_privilege('pg_wal_replay_pause()', 'execute') and has_function_privilege('pg_wal_replay_resume()', 'execute')
    as "mayPause", exists (select from pg_roles where rolname = 'rds_superuser') as "isRds"`

const tablesText = `
select s.schema, s.table, has_schema_privilege(n.oid, 'usage') as "mayUse", row_security_active(c.oid) as "seesSome",
  has_table_privilege(c.oid, 'select') or (select bool_and(has_column_privilege(c.oid, a.attnum, 'select'))
    from pg_attribute a where a.attrelid = c.oid and a.attname = any(s.columns)) as "mayRead"
from jsonb_to_recordset($1) s(schema text, "table" text, columns text[])
  join pg_namespace n on n.nspname = s.schema join pg_class c on c.relnamespace = n.oid and c.relname = s.table`

/**
 * R4, R11: what keeps the role from reading the rows that builds start from, on the primary or on a standby of it, each with what
 * mends it. The primary is asked: a standby has the same privileges. Tables that are not there are left to the plan.
 */
export async function judgeSnapshots(
  client: pg.Client,
  tables: readonly PublishedTable[],
  where: 'replica' | 'primary',
): Promise<Finding[]> {
  const [facts] = (await client.query<SnapshotFacts>(factsText)).rows as [SnapshotFacts]
  const asked = tables.map(({ schema, table, source }) => ({
    schema,
    table,
    columns: Object.values(source[definition].columns).map(({ column }) => column),
  }))
  const found = (await client.query<TableFacts>(tablesText, [JSON.stringify(asked)])).rows
  return [...(where === 'replica' ? judgePause(facts) : []), ...judgeRead(facts, found)]
}

function judgePause({ role, mayPause, isRds }: SnapshotFacts): Finding[] {
  if (mayPause) return []
  const next = isRds
    ? "run this on the primary as the master user (PostgreSQL 14.19, 15.14, 16.10, 17.6 or later), or set fold.snapshots to 'primary'"
    : "run this on the primary as a superuser, or set fold.snapshots to 'primary'"
  const statement = `grant execute on function pg_wal_replay_pause(), pg_wal_replay_resume() to ${pg.escapeIdentifier(role)}`
  return [refusal(`role "${role}"`, 'may not pause the replay of the standby for a moment', next, statement)]
}

function judgeRead({ role }: SnapshotFacts, tables: readonly TableFacts[]): Finding[] {
  const [name, about] = [pg.escapeIdentifier(role), `role "${role}"`]
  const grants = new Map<string, string>()
  for (const { schema, mayUse } of tables)
    if (!mayUse) grants.set(schema, `grant usage on schema ${pg.escapeIdentifier(schema)} to ${name}`)
  const unread = tables.filter(({ mayRead }) => !mayRead)
  if (unread.length > 0) grants.set('', `grant select on ${[...new Set(unread.map(tableText))].join(', ')} to ${name}`)
  const findings: Finding[] = []
  if (grants.size > 0) {
    const problem = 'may not read all tables that are folded, and a build starts from their rows'
    findings.push(refusal(about, problem, 'run this as their owner', [...grants.values()].join('; ')))
  }
  const hidden = tables.filter(({ seesSome }) => seesSome)
  if (hidden.length > 0) {
    const problem = `sees only some rows of ${[...new Set(hidden.map(tableText))].join(', ')}, by row-level security`
    const next = 'run this as a superuser: what is folded is the whole table'
    findings.push(refusal(about, problem, next, `alter role ${name} bypassrls`))
  }
  return findings
}
