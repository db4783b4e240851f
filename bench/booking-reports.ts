import { catalog } from '../src/report/catalog.ts'
import { bigint, date, decimal, enumOf, integer, text, timestamp } from '../src/report/column.ts'
import { growth } from '../src/report/derived.ts'
import { avg, count, max, sum } from '../src/report/measure.ts'
import { lastDays, month } from '../src/report/period.ts'
import { report } from '../src/report/report.ts'
import { source } from '../src/report/source.ts'

const bookings = source('booking', {
  columns: {
    id: bigint(),
    tenantId: text(),
    channel: enumOf('app', 'web', 'partner', 'phone'),
    status: enumOf('confirmed', 'completed', 'cancelled'),
    bookedAt: timestamp(),
    arrivesOn: date(),
    nights: integer(),
    total: decimal({ scale: 2 }),
  },
  key: 'id',
  tenant: 'tenantId',
})

const permission = 'bookings.read'
const time = { column: bookings.bookedAt, timeZone: 'tenant' } as const

/** 60 rows: the line chart that most dashboards begin with. */
export const bookingsByDay = report({
  name: 'bookings-by-day',
  title: 'Bookings by day',
  permission,
  from: bookings,
  time: { ...time, grain: 'day' },
  period: lastDays(60),
  measures: { bookings: count(), revenue: sum(bookings.total, { currency: 'EUR' }), nights: avg(bookings.nights) },
  order: { time: 'desc' },
  freshWithin: '60s',
})

const bookingsByChannel = report({
  name: 'bookings-by-channel',
  permission,
  from: bookings,
  time,
  period: lastDays(60),
  dimensions: { channel: bookings.channel, status: bookings.status },
  measures: { bookings: count(), revenue: sum(bookings.total, { currency: 'EUR' }), highest: max(bookings.total) },
  order: { revenue: 'desc' },
})

const bookingComparison = report({
  name: 'booking-comparison',
  permission,
  from: bookings,
  time,
  period: { current: month(), previous: month(-1) },
  measures: { bookings: count(), revenue: sum(bookings.total, { currency: 'EUR' }) },
  derive: { revenueGrowth: growth('revenue') },
})

const cancellations = report({
  name: 'cancellations',
  permission,
  from: bookings,
  where: { status: 'cancelled' },
  time: { ...time, grain: 'week' },
  period: lastDays(60),
  dimensions: { channel: bookings.channel },
  measures: { bookings: count(), lost: sum(bookings.total, { currency: 'EUR' }) },
})

/** What the measured deployments serve; together they are the dashboard that `write-latency` reads. */
export const bookingReports = catalog([bookingsByDay, bookingsByChannel, bookingComparison, cancellations])
