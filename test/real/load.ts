import { resolve } from 'node:path'
import type pg from 'pg'
import { columnsOf } from './data.ts'

const unpack = (name: string, through = '') =>
  `program 'gzip -dc ${resolve('../shared/data', name)}${through}' with (format csv, header true)`

/** A table with the columns of a CSV file as text, filled by the server itself. */
export async function stage(admin: pg.Client, table: string, names: readonly string[]): Promise<void> {
  const columns = columnsOf(names[0] as string).map((column) => `${column} text`)
  await admin.query(`create temp table ${table} (${columns.join(', ')})`)
  for (const name of names) await admin.query(`copy ${table} from ${unpack(name)}`)
}

/** Hotel bookings, a schema for each travel agent. Returns the tenants. */
export async function loadHotels(admin: pg.Client): Promise<string[]> {
  await stage(admin, 'hotel', ['hotels/bookings.csv.gz'])
  const { rows } = await admin.query<{ tenant: string }>('select distinct tenant from hotel order by 1')
  for (const { tenant } of rows) {
    await admin.query(`create schema "${tenant}"`)
    await admin.query(`create table "${tenant}".booking (booking_id bigint primary key, booked_on date not null,
      status_on date not null, status text not null, country text, nights int not null, rate numeric(10,2) not null)`)
    await admin.query(
      `insert into "${tenant}".booking select booking_id::bigint, booked_on::date, status_on::date, status, country,
        nights::int, adr::numeric from hotel where tenant = $1`,
      [tenant],
    )
    await admin.query(
      `create index on "${tenant}".booking (booked_on); create index on "${tenant}".booking (status_on)`,
    )
  }
  return rows.map(({ tenant }) => tenant)
}

/** For-hire-vehicle trips, the tenant in a column, New York's local time. */
export async function loadTrips(admin: pg.Client): Promise<void> {
  const columns = ['trip_id bigint not null', 'tenant text', 'base text', 'pickup_at timestamp']
  await admin.query(`create table trip (${columns.join(', ')})`)
  const months = ['04', '05', '06', '07', '08', '09'].map((month) => `trips/trips-2014-${month}.csv.gz`)
  for (const name of months) {
    const names = columns.map((column) => column.split(' ')[0] as string)
    const places = names.map((column) => columnsOf(name).indexOf(column) + 1)
    await admin.query(`copy trip (${names.join(', ')}) from ${unpack(name, ` | cut -d, -f${places.join(',')}`)}`)
  }
  await admin.query('alter table trip add primary key (trip_id)')
  await admin.query('create index on trip (tenant, pickup_at)')
  await admin.query('analyze trip')
}

/** Vulnerability findings, the tenant in a column. */
export async function loadFindings(admin: pg.Client): Promise<void> {
  await stage(admin, 'raw_finding', ['findings_trivy/final.csv.gz'])
  await admin.query(`create table finding as select finding_id::bigint, tenant, severity, status,
    first_seen_at::timestamptz, resolved_at::timestamptz from raw_finding`)
  await admin.query('alter table finding add primary key (finding_id); create index on finding (tenant, resolved_at)')
}
