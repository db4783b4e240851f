import { Temporal } from 'temporal-polyfill'
import type { DemoTenant } from '../tenants.ts'
import { drawBooking } from './booking.ts'
import type { Random } from './random.ts'
import { bookingColumns, bookingRow } from './rows.ts'
import { insertStatement, type WriteStatement } from './write-statement.ts'

type Change = 'book' | 'cancel' | 'pickUp' | 'return'

/** One transaction of a mobility tenant: somebody books or cancels, vehicles that are due go out or come back. */
export function bookingTraffic(random: Random, tenant: DemoTenant, now: number): WriteStatement[] {
  const { schema } = tenant.mobility as NonNullable<DemoTenant['mobility']>
  const table = `"${schema}".booking`
  switch (random.weighted<Change>({ book: 6, cancel: 1, pickUp: 1.5, return: 1.5 })) {
    case 'book':
      return [bookingStatement(random, tenant, now)]
    case 'cancel':
      return [
        {
          text: `update ${table} set status = 'cancelled', cancelled_at = now() where id = (
            select id from ${table} where status = 'confirmed' and pickup_at > now() order by pickup_at offset $1 limit 1)`,
          values: [random.integer(0, 40)],
        },
      ]
    case 'pickUp':
      return [
        {
          text: `update ${table} set status = $1 where id in (
            select id from ${table} where status = 'confirmed' and pickup_at <= now() order by pickup_at limit 3)`,
          values: [random.chance(0.02) ? 'no_show' : 'active'],
        },
      ]
    case 'return':
      return [
        {
          text: `update ${table} set status = 'completed' where id in (
            select id from ${table} where status = 'active' and return_at <= now() order by pickup_at limit 3)`,
          values: [],
        },
      ]
  }
}

/** One booking, made now. */
export function bookingStatement(random: Random, tenant: DemoTenant, now: number): WriteStatement {
  const { schema, stations } = tenant.mobility as NonNullable<DemoTenant['mobility']>
  const localDay = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(tenant.timeZone).toPlainDate()
  const moment = { at: now, localDay: localDay.toString(), stations: stations.length, progress: 1 }
  return insertStatement(`"${schema}".booking`, bookingColumns, bookingRow(drawBooking(random, moment, now)))
}
