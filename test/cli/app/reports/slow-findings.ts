import { bigint, decimal, sql, sqlReport } from 'millrace'
import { findings } from './sources.ts'

/** It takes as long as it is told. */
export default sqlReport({
  name: 'slow-findings',
  permission: 'vulnerabilities.read',
  params: { seconds: decimal({ scale: 1 }) },
  row: { findings: bigint() },
  sql: ({ seconds }) => sql`
    select (select count(*) from ${findings}) as findings from pg_catalog.pg_sleep(${seconds}::double precision)`,
})
