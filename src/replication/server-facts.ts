import type pg from 'pg'
import { applicationName } from './client.ts'

/** What a server is set to, and what the role may do, as far as folding depends on it. */
export interface ServerFacts {
  readonly version: number
  readonly encoding: string
  readonly inRecovery: boolean
  readonly walLevel: string
  readonly slots: number
  /** By others than us. */
  readonly slotsUsed: number
  readonly senders: number
  readonly sendersUsed: number
  /** `-1`: no limit. */
  readonly keptWal: string
  readonly synchronousStandbys: string
  /** `0`: never. Null before PostgreSQL 18. */
  readonly idleSlotTimeout: string | null
  /** The slots of standbys that must have a change before its readers do. Null before PostgreSQL 17. */
  readonly standbySlots: string | null
  readonly hasStandbys: boolean
  readonly role: string
  readonly database: string
  readonly mayReplicate: boolean
  readonly mayCreatePublications: boolean
  /** Amazon RDS, where settings are parameters of a group and no role is a superuser. */
  readonly isRds: boolean
}

const factsText = `
select current_setting('server_version_num')::integer as version, current_setting('server_encoding') as encoding,
  pg_is_in_recovery() as "inRecovery", current_setting('wal_level') as "walLevel",
  current_setting('max_replication_slots')::integer as slots,
  (select count(*)::integer from pg_replication_slots where not starts_with(slot_name, $1)) as "slotsUsed",
  current_setting('max_wal_senders')::integer as senders,
  (select count(*)::integer from pg_stat_replication where application_name is distinct from $2) as "sendersUsed",
  current_setting('max_slot_wal_keep_size') as "keptWal",
  current_setting('synchronous_standby_names') as "synchronousStandbys",
  current_setting('idle_replication_slot_timeout', true) as "idleSlotTimeout",
  current_setting('synchronized_standby_slots', true) as "standbySlots",
  exists (select from pg_replication_slots where slot_type = 'physical') as "hasStandbys",
  r.rolname as role, current_database() as database,
  r.rolsuper or r.rolreplication or exists (select from pg_roles g where g.rolname = 'rds_replication'
    and pg_has_role(r.oid, g.oid, 'USAGE')) as "mayReplicate",
  has_database_privilege(current_database(), 'CREATE') as "mayCreatePublications",
  exists (select from pg_roles g where g.rolname = 'rds_superuser') as "isRds"
from pg_roles r where r.rolname = current_user`

export async function readServerFacts(client: pg.Client, slotPrefix: string): Promise<ServerFacts> {
  const { rows } = await client.query<ServerFacts>(factsText, [`${slotPrefix}_`, applicationName.changes])
  return rows[0] as ServerFacts
}
