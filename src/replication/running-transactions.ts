import type pg from 'pg'

/** What a table that joins a publication waits for. */
export interface RunningTransactions {
  /** Those that write, in any database of the server; those of other roles only where the role may see them. */
  readonly count: number
  readonly oldestSeconds: number | undefined
  /** As the oldest names its connection; empty where it does not. */
  readonly oldestApplication: string | undefined
}

const runningText = `
select count(*)::integer as count, max(extract(epoch from clock_timestamp() - since))::float8 as "oldestSeconds",
  (array_agg(application order by since))[1] as "oldestApplication"
from (
  select xact_start as since, application_name as application from pg_stat_activity
    where (backend_xid is not null or state is null) and xact_start is not null and pid <> pg_backend_pid()
  union all select prepared, 'prepared transaction ' || gid from pg_prepared_xacts
) running`

export async function readRunningTransactions(client: pg.Client): Promise<RunningTransactions> {
  const { rows } = await client.query(runningText)
  const { count, oldestSeconds, oldestApplication } = rows[0]
  return { count, oldestSeconds: oldestSeconds ?? undefined, oldestApplication: oldestApplication ?? undefined }
}
