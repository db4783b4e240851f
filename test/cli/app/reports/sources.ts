import { bigint, bySchema, date, decimal, enumOf, integer, nullable, source, text, timestamp } from 'millrace'

/** A schema for each tenant. */
export const bookings = source('booking', {
  columns: {
    id: bigint(),
    stationId: integer(),
    channel: enumOf('app', 'web', 'phone'),
    bookedOn: date(),
    cancelledOn: nullable(date()),
    nights: integer({ unit: 'night' }),
    total: decimal({ scale: 2 }),
  },
  key: 'id',
  tenant: bySchema,
})

export const stations = source('station', {
  columns: { id: integer(), name: text() },
  key: 'id',
  tenant: bySchema,
})

/** All tenants in one table. */
export const findings = source('finding', {
  columns: {
    id: bigint(),
    tenantId: text(),
    assetGroup: text(),
    cve: text(),
    severity: enumOf('critical', 'high', 'low'),
    cvss: nullable(decimal({ scale: 1 })),
    firstSeenAt: timestamp(),
    resolvedAt: nullable(timestamp()),
    scannedAt: timestamp({ timeZone: 'Europe/Berlin' }),
  },
  key: 'id',
  tenant: 'tenantId',
})
