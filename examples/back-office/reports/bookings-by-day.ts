import { count, lastMonths, report, sum } from 'millrace'
import { bookings } from './sources.ts'

export default report({
  name: 'bookings-by-day',
  title: { en: 'Day by day', de: 'Tag für Tag' },
  description: {
    en: 'Every day of this calendar month and the one before, the latest first.',
    de: 'Jeder Tag dieses und des vorigen Kalendermonats, der jüngste zuerst.',
  },
  permission: 'bookings.read',
  from: bookings,
  time: { column: bookings.bookedAt, grain: 'day', timeZone: 'tenant' },
  period: lastMonths(2),
  measures: {
    bookings: count({ label: { en: 'Bookings', de: 'Buchungen' } }),
    days: sum(bookings.days, { label: { en: 'Days booked', de: 'Gebuchte Tage' } }),
    cancellations: count({
      at: bookings.cancelledAt,
      label: { en: 'Cancellations', de: 'Stornierungen' },
      better: 'lower',
    }),
  },
  order: { time: 'desc' },
  freshWithin: '60s',
})
