import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openReplica } from '../../test/replica/open-replica.ts'
import { reader, secretOf } from '../../test/replica/reports-database.ts'
import { type Connection, type StandaloneServer, startServer } from '../embedded/cluster.ts'
import { query } from '../embedded/database.ts'
import { type AnyReport, catalog } from '../report/catalog.ts'
import { bigint, decimal, enumOf, integer, text, timestamp } from '../report/column.ts'
import { count, sum } from '../report/measure.ts'
import { given } from '../report/period.ts'
import { report } from '../report/report.ts'
import { bySchema, source } from '../report/source.ts'
import { check } from './check.ts'
import type { RunRows } from './check-source.ts'
import { checkZone } from './check-zone.ts'
import type { Finding } from './finding.ts'

let server: StandaloneServer
let target: Connection

beforeAll(async () => {
  server = await startServer()
  const { user, password } = reader
  await query(
    server.connection,
    `create role ${user} login password '${password}';
    create schema acme; create schema other; create schema shared;
    create table acme.station (id integer primary key, name text not null);
    create table other.station (id integer primary key, name text not null);
    create type shared.channel as enum ('app', 'web');
    create domain shared.amount as numeric(10, 2); create domain shared.way as shared.channel;
    create table shared.booking (id bigint primary key, tenant_id text not null, station_id integer not null,
      way shared.way not null, total shared.amount not null, at timestamptz not null);
    create view shared.bookings as select * from shared.booking;
    grant usage on schema acme, other, shared to ${user};
    grant select on all tables in schema acme, other, shared to ${user}`,
  )
  target = { ...server.connection, ...reader }
}, 120_000)

afterAll(() => server?.close())

const columns = {
  id: bigint(),
  tenantId: text(),
  stationId: integer(),
  way: enumOf('app', 'web'),
  total: decimal({ scale: 2 }),
  at: timestamp(),
}
const bookings = source('shared.bookings', { columns, key: 'id', tenant: 'tenantId' })
const stations = source('station', { columns: { id: integer(), name: text() }, key: 'id', tenant: bySchema })

const byWay = report({
  name: 'by-way',
  permission: 'p',
  from: bookings,
  dimensions: { way: bookings.way },
  time: { column: bookings.at, grain: 'day' },
  period: given('from', 'to'),
  measures: { total: sum(bookings.total) },
  filters: ['way', 'stationId'],
  retain: '7d',
})
const stationList = report({ name: 'stations', permission: 'p', from: stations, measures: { stations: count() } })

async function found(reports: readonly AnyReport[], tenants = [{ id: 'acme', schema: 'acme' }]): Promise<Finding[]> {
  const replica = await openReplica({ secret: secretOf(target, { target: 'database' }), tenants })
  const listed = tenants.map((tenant) => ({ timeZone: 'UTC', ...tenant }))
  return await check({ catalog: catalog(reports), replica, tenants: listed })
}

describe('a catalog is checked', () => {
  test('views, domains, and the days that a report must be given are no fault', async () => {
    expect(await found([byWay, stationList])).toEqual([])
  })

  test('with tenancy by schema, tenants without one are left out; none that has one is an error', async () => {
    const withoutSchema = { id: 'third' } as { id: string; schema: string }
    const one = { id: 'acme', schema: 'acme' }
    expect(await found([stationList], [withoutSchema, one])).toEqual([])
    expect(await found([stationList], [withoutSchema])).toMatchObject([
      { severity: 'error', about: 'tenants', problem: 'sources are by schema, and no tenant of the allowlist has one' },
      { severity: 'warning', about: 'report "stations"' },
    ])
    expect(await found([stationList], [])).toMatchObject([{ severity: 'error', about: 'tenants' }])
  })

  test('a tenant whose schema is not there is named, and the report is tried with another', async () => {
    const tenants = ['gone', 'acme', 'other'].map((id) => ({ id, schema: id }))
    expect(await found([stationList], tenants)).toEqual([
      {
        severity: 'error',
        about: 'source "station"',
        problem: 'there is no "station" that the role can see',
        next: 'create it, or grant usage on its schema to the role',
        tenants: ['gone'],
      },
    ])
  })
})

describe('F4 a zone of which the database has another copy', () => {
  /** A database whose copy of the zone is that of another zone: as an older or a newer one would be. */
  const asked = async (zone: string, held: string) => {
    const replica = await openReplica({ secret: secretOf(target, { target: 'database' }), tenants: [{ id: 'acme' }] })
    const run: RunRows = (statement) =>
      replica.rows('acme', { ...statement, values: [held, ...statement.values.slice(1)] } as never)
    return await checkZone(zone, run)
  }

  test('is found, with the first instant at which they differ', async () => {
    expect(await asked('Europe/Berlin', 'Europe/Berlin')).toEqual([])
    // Alike but for Turkey's permanent summer time: its clocks did not go back in October of 2016.
    expect(await asked('Europe/Istanbul', 'Europe/Athens')).toMatchObject([
      { severity: 'error', about: 'time zone Europe/Istanbul', problem: expect.stringMatching(/differ about 20\d\d-/) },
    ])
  })

  test('or none at all is found', async () => {
    expect(await asked('Europe/Berlin', 'Europe/Nowhere')).toMatchObject([{ problem: 'the database does not know it' }])
  })
})
