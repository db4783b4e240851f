import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import type { Connection } from '../../../src/embedded/connection.ts'
import type { DemoTenant } from '../tenants.ts'
import { bookingHistory } from './booking-history.ts'
import { connected, insertRows, statements } from './database.ts'
import { findingHistory } from './finding-history.ts'
import { bookingColumns, bookingRow, findingColumns, findingRow } from './rows.ts'

export interface LoadOptions {
  readonly tenants: readonly DemoTenant[]
  readonly seed: number
  /** Milliseconds since 1970: the history ends here. */
  readonly now: number
  readonly years: number
  /** Told what has been loaded, for a person who waits. */
  readonly progress: (line: string) => void
}

/** The roles of the host's database. */
export interface Roles {
  /** The host application's own, which writes. */
  readonly application: Connection
  /** What Millrace reads with, which can only read. */
  readonly analytics: Connection
  /** What Millrace follows the changes with. */
  readonly replication: Connection
}

/** Makes the host's roles, and its list of customers. */
export async function createRoles(superuser: Connection, tenants: readonly DemoTenant[]): Promise<Roles> {
  const role = (user: string): Connection => ({ ...superuser, user, password: randomBytes(18).toString('hex') })
  const roles = { application: role('application'), analytics: role('analytics'), replication: role('replication') }
  await connected(superuser, async (client) => {
    const passwords = Object.entries(roles).map(([name, { password }]) => [`${name}_password`, password])
    await client.query(await statements('roles', Object.fromEntries(passwords)))
    await client.query(`grant create on database "${superuser.database}" to replication`)
    await client.query(await statements('tenants'))
    await insertRows(
      client,
      'tenant',
      { id: 'text', name: 'text', schema_name: 'text', time_zone: 'text' },
      tenants.map(({ id, name, mobility, timeZone }) => [id, name, mobility?.schema ?? null, timeZone]),
    )
  })
  return roles
}

/** Makes the host's roles and tables on the primary and fills them with years of history. */
export async function loadDemo(superuser: Connection, options: LoadOptions): Promise<Roles> {
  const { tenants, progress } = options
  const roles = await createRoles(superuser, tenants)
  // On two connections: one history is made up while the database stores a piece of the other.
  await Promise.all([
    connected(superuser, async (client) => {
      progress(`${count(await loadMobility(client, options))} bookings of ${options.years} years`)
    }),
    connected(superuser, async (client) => {
      progress(`${count(await loadSecurity(client, options))} findings of ${options.years} years`)
    }),
  ])
  return roles
}

async function loadMobility(client: pg.Client, { tenants, seed, now, years }: LoadOptions): Promise<number> {
  let loaded = 0
  for (const { id, timeZone, mobility } of tenants) {
    if (mobility === undefined) continue
    const { schema, stations, bookingsADay } = mobility
    await client.query(`create schema "${schema}" authorization application; set search_path to "${schema}"`)
    await client.query(await statements('mobility'))
    await insertRows(
      client,
      'station',
      { id: 'integer', name: 'text' },
      stations.map((name, index) => [index + 1, name]),
    )
    const history = bookingHistory({ tenant: id, timeZone, stations: stations.length, bookingsADay, years, seed, now })
    const rows = Array.from(history, bookingRow)
    await insertRows(client, 'booking', bookingColumns, rows)
    await client.query(await statements('mobility-indexes'))
    await client.query(`
      alter table station owner to application;
      alter table booking owner to application;
      grant usage on schema "${schema}" to analytics;
      grant select on all tables in schema "${schema}" to analytics;
      analyze booking;
      reset search_path`)
    loaded += rows.length
  }
  return loaded
}

async function loadSecurity(client: pg.Client, { tenants, seed, now, years }: LoadOptions): Promise<number> {
  let loaded = 0
  await client.query(await statements('security'))
  for (const { id, security } of tenants) {
    if (security === undefined) continue
    const rows = findingHistory({ tenant: id, ...security, years, seed, now, advisoriesADay: 2.2 }).map((finding) => [
      id,
      ...findingRow(finding),
    ])
    await insertRows(client, 'finding', findingColumns, rows)
    loaded += rows.length
  }
  await client.query(await statements('security-indexes'))
  await client.query('alter table finding owner to application; grant select on finding to analytics; analyze finding')
  return loaded
}

const count = (rows: number) => new Intl.NumberFormat('en').format(rows)
