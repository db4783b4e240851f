import type { Booking } from './booking.ts'
import type { Finding } from './finding-history.ts'

/** The columns of a `booking` that are written, with their types, in the order of `bookingRow`. */
export const bookingColumns = {
  station_id: 'integer',
  vehicle_class: 'text',
  channel: 'text',
  status: 'text',
  booked_on: 'date',
  booked_at: 'timestamptz',
  pickup_at: 'timestamptz',
  return_at: 'timestamptz',
  cancelled_at: 'timestamptz',
  days: 'integer',
  daily_rate: 'numeric',
  total: 'numeric',
} as const

export const bookingRow = (booking: Booking) => [
  booking.stationId,
  booking.vehicleClass,
  booking.channel,
  booking.status,
  booking.bookedOn,
  instant(booking.bookedAt),
  instant(booking.pickupAt),
  instant(booking.returnAt),
  instant(booking.cancelledAt),
  booking.days,
  decimal(booking.dailyRate, 2),
  decimal(booking.total, 2),
]

/** The columns of a `finding` that are written, with their types; `findingRow` is all but the first. */
export const findingColumns = {
  tenant_id: 'text',
  asset: 'text',
  asset_group: 'text',
  cve: 'text',
  severity: 'text',
  cvss: 'numeric',
  exploited: 'boolean',
  first_seen_at: 'timestamptz',
  changed_at: 'timestamptz',
  resolved_at: 'timestamptz',
} as const

export const findingRow = (finding: Finding) => [
  finding.asset,
  finding.assetGroup,
  finding.cve,
  finding.severity,
  decimal(finding.score, 1),
  finding.exploited,
  instant(finding.firstSeenAt),
  instant(finding.changedAt),
  instant(finding.resolvedAt),
]

const instant = (milliseconds: number | null) => (milliseconds === null ? null : new Date(milliseconds).toISOString())

/** Whole units of the last digit as decimal text: 1250 at 2 digits is `12.50`. */
function decimal(units: number | null, digits: number): string | null {
  if (units === null) return null
  const text = String(units).padStart(digits + 1, '0')
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`
}
