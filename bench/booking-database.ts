import { randomBytes } from 'node:crypto'
import type { Cluster } from '../src/embedded/cluster.ts'
import type { Connection } from '../src/embedded/connection.ts'
import { query } from '../src/embedded/database.ts'

/** The table and its two roles: the application, which writes, and what Millrace signs in as, which reads. */
export interface BookingDatabase {
  readonly application: Connection
  readonly analytics: Connection
  readonly analyticsOnStandby: Connection
  /** Gives a tenant so many bookings within the last 60 days, and half as many in the 30 days before. */
  addTenant(tenant: string, bookings: number): Promise<void>
}

/** As a production table is: an index for the reports, and the tenants' rows side by side. */
const table = `
  create table booking (
    id bigint generated always as identity primary key,
    tenant_id text not null,
    channel text not null,
    status text not null,
    booked_at timestamptz not null,
    arrives_on date not null,
    nights integer not null,
    total numeric(10,2) not null
  );
  create index booking_tenant_booked_at on booking (tenant_id, booked_at);
  grant select, insert, update on booking to application;
  grant select on booking to analytics;`

const fill = `
  insert into booking (tenant_id, channel, status, booked_at, arrives_on, nights, total)
  select $1, ('{app,web,partner,phone}'::text[])[1 + floor(random() * 4)],
    ('{confirmed,completed,cancelled}'::text[])[1 + floor(random() * 3)], at, (at at time zone 'UTC')::date + 14,
    1 + floor(random() * 10), round((80 + random() * 1200)::numeric, 2)
  from generate_series(1, 1.5 * $2::integer) n, lateral (select now() - interval '90 days' * (1 - n / (1.5 * $2))) t (at)`

export async function bookingDatabase(cluster: Cluster): Promise<BookingDatabase> {
  const { primary, standby } = cluster
  const account = (user: string): Connection => ({
    ...primary.connection,
    user,
    password: randomBytes(18).toString('hex'),
  })
  const [application, analytics] = [account('application'), account('analytics')]
  for (const { user, password } of [application, analytics])
    await query(primary.connection, `create role ${user} login password '${password}'`)
  for (const statement of table.split(';')) await query(primary.connection, statement)
  return {
    application,
    analytics,
    analyticsOnStandby: { ...analytics, port: standby.connection.port },
    async addTenant(tenant, bookings) {
      await query(primary.connection, fill, [tenant, bookings])
      // Frozen rows need no look at who committed them, on the standby either, where that cannot be noted on the row.
      await query(primary.connection, 'vacuum (freeze, analyze) booking')
      await cluster.caughtUp()
    },
  }
}
