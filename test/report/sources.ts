import {
  bigint,
  boolean,
  date,
  decimal,
  enumOf,
  integer,
  nullable,
  real,
  text,
  timestamp,
  uuid,
} from '../../src/report/column.ts'
import { bySchema, source } from '../../src/report/source.ts'

/** Tenancy by column, and a column of every kind. */
export const findings = source('finding', {
  columns: {
    id: bigint(),
    tenantId: text(),
    asset: text(),
    assetGroup: nullable(text()),
    scan: uuid(),
    severity: enumOf('critical', 'high', 'low'),
    cvss: nullable(decimal({ scale: 1, better: 'lower' })),
    exploited: boolean(),
    weight: real(),
    foundOn: date(),
    firstSeenAt: timestamp(),
    resolvedAt: nullable(timestamp()),
    attempts: integer(),
  },
  key: 'id',
  tenant: 'tenantId',
})

export const groups = source('asset_group', {
  columns: { id: text(), tenantId: text(), name: text(), createdAt: timestamp(), weight: real() },
  key: 'id',
  tenant: 'tenantId',
})

/** Tenancy by schema, and money. */
export const bookings = source('booking', {
  columns: {
    id: bigint(),
    guest: text(),
    bookedOn: date(),
    arrivesAt: timestamp({ timeZone: 'Europe/Berlin' }),
    nights: integer({ unit: 'day' }),
    rate: decimal({ scale: 2, currency: 'EUR', better: 'higher' }),
    tax: decimal({ scale: 2, currency: 'EUR' }),
    deposit: nullable(decimal({ scale: 2, currency: 'USD' })),
    status: enumOf('kept', 'canceled'),
  },
  key: 'id',
  tenant: bySchema,
})
