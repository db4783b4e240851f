import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Connection } from '../../src/embedded/connection.ts'
import { bookingTraffic } from './data/booking-traffic.ts'
import { findingTraffic } from './data/finding-traffic.ts'
import { createRandom } from './data/random.ts'
import type { DemoTenant } from './tenants.ts'
import type { Writes } from './writes.ts'

export interface TrafficOptions {
  readonly tenants: readonly DemoTenant[]
  readonly seed: number
  /** Transactions per second, on average. */
  readonly rate: number
  readonly onError: (error: unknown) => void
  readonly writes: Writes
}

export interface Traffic {
  /** How many transactions have been committed. */
  readonly committed: number
  /** Ends after the transaction that is running. */
  stop(): Promise<void>
}

/** What the host application does all day: small transactions on the primary, and on nothing else. */
export function startTraffic(primary: Connection, { tenants, seed, rate, onError, writes }: TrafficOptions): Traffic {
  const random = createRandom(seed, 'traffic')
  const mobility = tenants.filter((tenant) => tenant.mobility !== undefined)
  const security = tenants.filter((tenant) => tenant.security !== undefined)
  const stopping = new AbortController()
  const pool = new pg.Pool({ ...primary, max: 1, application_name: 'back office' })
  pool.on('error', onError)
  let committed = 0

  async function transaction(): Promise<void> {
    const isBooking = security.length === 0 || (mobility.length > 0 && random.chance(0.6))
    const [statements, among] = isBooking ? [bookingTraffic, mobility] : [findingTraffic, security]
    const tenant = random.pick(among)
    const client = await pool.connect()
    try {
      await client.query('begin')
      for (const { text, values } of statements(random, tenant, Date.now())) await client.query(text, [...values])
      await client.query('commit')
      committed++
    } catch (error) {
      await client.query('rollback').catch(() => {})
      throw error
    } finally {
      client.release()
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await writes.run(transaction).catch((error) => {
        if (!stopping.signal.aborted) onError(error)
      })
      await delay(random.exponential(1000 / rate), undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  const running = run()
  return {
    get committed() {
      return committed
    },
    async stop() {
      stopping.abort()
      await running
      await pool.end()
    },
  }
}
