import pg from 'pg'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../../src/embedded/cluster.ts'
import { type Deployment, grantSelect, secretFor, startDeployment } from '../deployment/deployment.ts'
import { answers, hasRealData, noticeWithoutRealData, type Row } from './data.ts'
import { loadFindings, loadHotels, loadTrips } from './load.ts'
import catalog from './reports.ts'

noticeWithoutRealData()

let now = Temporal.Instant.from('2026-01-01T00:00:00Z')
let cluster: Cluster
let deployment: Deployment
const tokens = new Map<string, string>()

async function read(tenant: string, path: string): Promise<any[]> {
  const token = tokens.get(tenant) ?? (await deployment.token({ tenant }))
  tokens.set(tenant, token)
  const { status, body } = await deployment.get(`/reports/${path}`, token)
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`)
  return body.rows
}

/** In the middle of a month, so that no zone makes it another. */
const during = (month: string) => Temporal.Instant.from(`${month}-15T12:00:00Z`)
const cents = (amount: string) => String(BigInt(amount.replace('.', '')))
const next = (month: string, by: number) => Temporal.PlainYearMonth.from(month).add({ months: by }).toString()

function byTenant(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) groups.set(row.tenant as string, [...(groups.get(row.tenant as string) ?? []), row])
  return groups
}

describe.skipIf(!hasRealData)('F1 real data, read through the standby and HTTP', () => {
  beforeAll(async () => {
    cluster = await startCluster()
    const admin = new pg.Client(cluster.primary.connection)
    await admin.connect()
    const agents = await loadHotels(admin)
    await loadTrips(admin)
    await loadFindings(admin)
    await grantSelect(admin, ['public', ...agents])
    const others = await admin.query<{ tenant: string }>('select tenant from trip union select tenant from finding')
    await admin.end()
    await cluster.caughtUp()
    deployment = await startDeployment({
      catalog,
      secret: secretFor('standby', cluster.standby.connection, cluster.primary.connection),
      tenants: [
        ...agents.map((id) => ({ id, schema: id })),
        ...others.rows.map(({ tenant }) => ({ id: tenant, timeZone: 'America/New_York' })),
      ],
      now: () => now,
    })
  }, 300_000)

  afterAll(async () => {
    await deployment?.close()
    await cluster?.close()
  })

  test('F1 bookings over the rolling two months of every travel agent and month', async () => {
    const expected = answers('hotels_rolling_two_months')
    expect(expected.length).toBeGreaterThan(1000)
    for (const row of expected) {
      now = during(row.month as string)
      const [found] = await read(row.tenant as string, 'booking-summary/rows')
      const { bookings, nights, revenue, countries } = found
      expect({
        tenant: row.tenant,
        month: row.month,
        bookings: String(bookings),
        nights,
        revenue_cents: cents(revenue),
        countries: String(countries),
      }).toEqual(row)
    }
  })

  test('F1 this month against the last of every travel agent and month', async () => {
    const expected = answers('hotels_comparison_month_vs_previous')
    expect(expected.length).toBeGreaterThan(1000)
    for (const row of expected) {
      now = during(row.month as string)
      const [{ created, canceled, checkedOut, revenue }] = await read(row.tenant as string, 'booking-comparison/rows')
      expect({
        tenant: row.tenant,
        month: row.month,
        created: String(created.current),
        created_prev: String(created.previous),
        canceled: String(canceled.current),
        canceled_prev: String(canceled.previous),
        checked_out: String(checkedOut.current),
        checked_out_prev: String(checkedOut.previous),
        revenue_cents: cents(revenue.current),
        revenue_cents_prev: cents(revenue.previous),
      }).toEqual(row)
    }
  })

  test('F1 trips over the rolling two months of every company; their busiest days in raw SQL', async () => {
    const expected = answers('trips_rolling_two_months')
    expect(expected.length).toBeGreaterThan(10)
    for (const row of expected) {
      const [tenant, month] = [row.tenant as string, row.month as string]
      now = during(month)
      const [{ trips }] = await read(tenant, 'trip-summary/rows')
      const [days] = await read(tenant, `trip-days/rows?from=${next(month, -1)}-01&to=${next(month, 1)}-01`)
      expect({
        tenant,
        month,
        trips: String(trips),
        active_days: String(days.activeDays),
        busiest_day_trips: days.busiest,
        quietest_day_trips: days.quietest,
      }).toEqual(row)
    }
  })

  test('F1 trips of this month against the last of every company and month', async () => {
    const expected = answers('trips_comparison_month_vs_previous')
    expect(expected.length).toBeGreaterThan(10)
    for (const row of expected) {
      now = during(row.month as string)
      const [{ trips, percent }] = await read(row.tenant as string, 'trip-comparison/rows')
      expect({
        tenant: row.tenant,
        month: row.month,
        current_trips: String(trips.current),
        previous_trips: String(trips.previous),
        difference: String(trips.current - trips.previous),
        percent: percent === null ? null : Number(percent) * 100,
      }).toEqual({ ...row, percent: row.percent === '' ? null : expect.closeTo(Number(row.percent), 8) })
    }
  })

  test('F1 trips by base and day of every company, days in New York', async () => {
    now = during('2014-12')
    const expected = byTenant(answers('trips_per_tenant_base_day'))
    expect(expected.size).toBe(9)
    for (const [tenant, rows] of expected) {
      const found = await read(tenant, 'trips-by-base/rows?from=2014-04-01&to=2014-10-01')
      const occurring = found
        .filter(({ trips }) => trips > 0)
        .map(({ base, time, trips }) => ({ tenant, base, day: time, trips: String(trips) }))
      const order = (a: any, b: any) => (a.base + a.day < b.base + b.day ? -1 : 1)
      expect(occurring.sort(order)).toEqual([...rows].sort(order))
    }
  })

  test('F1 mean time to remediate by severity and month of every tenant', async () => {
    now = during('2026-11')
    const expected = byTenant(answers('trivy_mean_time_to_remediate'))
    expect(expected.size).toBeGreaterThan(5)
    for (const [tenant, rows] of expected) {
      const found = (await read(tenant, 'remediation/rows')).filter(({ resolved }) => resolved > 0)
      const written = found.map(({ severity, time, resolved, meanDays, totalSeconds }) => ({
        tenant,
        severity,
        month: time.slice(0, 7),
        resolved: String(resolved),
        mean_days: String(Number(meanDays)),
        total_seconds: String(Number(totalSeconds)),
      }))
      const order = (a: any, b: any) => (a.severity + a.month < b.severity + b.month ? -1 : 1)
      expect(written.sort(order)).toEqual(
        rows.map((row) => ({ ...row, mean_days: String(Number(row.mean_days)) })).sort(order),
      )
    }
  })
})
