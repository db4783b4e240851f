import type pg from 'pg'
import { tableText } from '../replication/statement-text.ts'
import type { FillingBuild } from './base.ts'
import { tenantText } from './routes.ts'
import { tenantsCondition } from './tenants-condition.ts'

/**
 * How many rows the planner expects in one table for some builds: from its statistics of the table and of the tenants' column, without
 * reading a row. Zero where it cannot tell, since what is wrong with the table is said by who reads it.
 */
export async function estimateRows(client: pg.Client, builds: readonly FillingBuild[]): Promise<number> {
  const [first] = builds
  if (first === undefined) return 0
  const { source } = first.definition
  const condition = tenantsCondition(source, [...new Set(builds.map(tenantText))])
  if (condition === undefined) return 0
  // A statement that fails must not end the transaction, which is the snapshot.
  await client.query('savepoint estimated')
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': readonly [{ readonly Plan: PlanRows }] }>(
      `explain (format json) select from ${tableText(source)} where ${condition}`,
    )
    return rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0
  } catch {
    return 0
  } finally {
    await client.query('rollback to savepoint estimated')
  }
}

interface PlanRows {
  readonly 'Plan Rows': number
}
