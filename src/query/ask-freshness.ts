import type { TargetKind } from '../secret/analytics-secret.ts'
import { type FreshnessReading, positionColumns } from './freshness.ts'
import { type ProvedConnections, putAway } from './proved-connections.ts'
import type { ReplicaFreshness } from './replica.ts'
import { positionIn } from './scoped-exchange.ts'
import { innermost } from './scoped-failure.ts'
import { faultOf } from './sqlstate.ts'
import { askRows } from './target-facts.ts'

/** How current an answer would be now: of no tenant, and of no table but the heartbeat. Rejects with REPLICA_UNAVAILABLE. */
export async function askFreshness(
  connections: ProvedConnections,
  target: TargetKind,
  reading: FreshnessReading,
  silenceMilliseconds: number,
): Promise<ReplicaFreshness> {
  const lease = await connections.take()
  try {
    const position = positionColumns(target)[0] ?? 'null'
    const question = { text: `select ${[position, ...reading.columns].join(', ')}`, values: [] }
    const [rows] = await askRows(lease.client, [question], silenceMilliseconds)
    lease.release()
    const [lsn, ...tells] = rows?.[0] ?? []
    return { ...reading.freshness(tells), position: positionIn(lsn) }
  } catch (error) {
    putAway(lease, error)
    throw faultOf(innermost(error))
  }
}
