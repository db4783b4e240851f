import { bigint, boolean, bySchema, date, decimal, enumOf, integer, nullable, source, text, timestamp } from 'millrace'

/** The mobility product: every tenant has a schema of its own. */
export const bookings = source('booking', {
  columns: {
    id: bigint(),
    stationId: integer({ label: { en: 'Station', de: 'Station' } }),
    vehicleClass: enumOf(
      {
        compact: { en: 'Compact', de: 'Kleinwagen' },
        estate: { en: 'Estate', de: 'Kombi' },
        electric: { en: 'Electric', de: 'Elektro' },
        van: { en: 'Van', de: 'Transporter' },
        premium: { en: 'Premium', de: 'Oberklasse' },
      },
      { label: { en: 'Vehicle class', de: 'Fahrzeugklasse' } },
    ),
    channel: enumOf(
      {
        app: 'App',
        web: { en: 'Website', de: 'Website' },
        partner: 'Partner',
        phone: { en: 'Telephone', de: 'Telefon' },
      },
      { label: { en: 'Channel', de: 'Kanal' } },
    ),
    status: enumOf('confirmed', 'active', 'completed', 'cancelled', 'no_show'),
    bookedOn: date(),
    bookedAt: timestamp(),
    pickupAt: timestamp(),
    cancelledAt: nullable(timestamp()),
    days: integer(),
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

/** The security product: the tenants share a table. */
export const findings = source('finding', {
  columns: {
    id: bigint(),
    tenantId: text(),
    asset: text(),
    assetGroup: text({ label: { en: 'Team', de: 'Team' } }),
    cve: text({ label: 'CVE' }),
    severity: enumOf(
      {
        critical: { en: 'Critical', de: 'Kritisch' },
        high: { en: 'High', de: 'Hoch' },
        medium: { en: 'Medium', de: 'Mittel' },
        low: { en: 'Low', de: 'Niedrig' },
        unknown: { en: 'Not scored', de: 'Nicht bewertet' },
      },
      { label: { en: 'Severity', de: 'Schweregrad' } },
    ),
    cvss: nullable(decimal({ scale: 1 })),
    exploited: boolean(),
    firstSeenAt: timestamp(),
    resolvedAt: nullable(timestamp()),
  },
  key: 'id',
  tenant: 'tenantId',
})
