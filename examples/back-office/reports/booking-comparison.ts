import { avg, count, growth, month, report, sum, toDate } from 'millrace'
import { bookings } from './sources.ts'

export default report({
  name: 'booking-comparison',
  title: { en: 'This month against the last', de: 'Dieser Monat gegen den vorigen' },
  description: {
    en: 'This calendar month against the same days of the one before.',
    de: 'Dieser Kalendermonat gegen dieselben Tage des vorigen.',
  },
  permission: 'bookings.read',
  from: bookings,
  time: { column: bookings.bookedAt, timeZone: 'tenant' },
  period: { current: month(), previous: toDate(month(-1)) },
  measures: {
    bookings: count({ label: { en: 'Bookings', de: 'Buchungen' }, better: 'higher' }),
    days: sum(bookings.days, { label: { en: 'Rental days', de: 'Miettage' }, better: 'higher' }),
    averageDays: avg(bookings.days, {
      label: { en: 'Days per booking', de: 'Tage je Buchung' },
      scale: 1,
      unit: 'day',
    }),
    cancellations: count({
      at: bookings.cancelledAt,
      label: { en: 'Cancellations', de: 'Stornierungen' },
      better: 'lower',
    }),
  },
  derive: {
    bookingGrowth: growth('bookings', {
      label: { en: 'Bookings, change', de: 'Buchungen, Veränderung' },
      better: 'higher',
    }),
  },
  filters: ['vehicleClass', 'channel'],
  freshWithin: '60s',
})
