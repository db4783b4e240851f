import type { Freshness } from '../report/engine.ts'
import type { FreshnessReading } from './freshness.ts'
import { type ProvedConnections, putAway } from './proved-connections.ts'
import { innermost } from './scoped-failure.ts'
import { faultOf } from './sqlstate.ts'
import { askRows } from './target-facts.ts'

/** How current an answer would be now: of no tenant, and of no table but the heartbeat. Rejects with REPLICA_UNAVAILABLE. */
export async function askFreshness(
  connections: ProvedConnections,
  reading: FreshnessReading,
  silenceMilliseconds: number,
): Promise<Freshness> {
  const lease = await connections.take()
  try {
    const question = { text: `select ${['null', ...reading.columns].join(', ')}`, values: [] }
    const [rows] = await askRows(lease.client, [question], silenceMilliseconds)
    lease.release()
    return reading.freshness(rows?.[0]?.slice(1) ?? [])
  } catch (error) {
    putAway(lease, error)
    throw faultOf(innermost(error))
  }
}
