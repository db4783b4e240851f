import { count, growth, month, report, sum, toDate } from 'millrace'
import { bookings } from './sources.ts'

export default report({
  name: 'comparison-by-class',
  title: { en: 'This month against the last, by vehicle class', de: 'Monatsvergleich nach Fahrzeugklasse' },
  description: {
    en: 'This calendar month against the same days of the one before.',
    de: 'Dieser Kalendermonat gegen dieselben Tage des vorigen.',
  },
  permission: 'bookings.read',
  from: bookings,
  dimensions: { vehicleClass: bookings.vehicleClass },
  time: { column: bookings.bookedAt, timeZone: 'tenant' },
  period: { current: month(), previous: toDate(month(-1)) },
  measures: {
    bookings: count({ label: { en: 'Bookings', de: 'Buchungen' }, better: 'higher' }),
    days: sum(bookings.days, { label: { en: 'Rental days', de: 'Miettage' }, better: 'higher' }),
  },
  derive: {
    bookingGrowth: growth('bookings', {
      label: { en: 'Change', de: 'Veränderung' },
      better: 'higher',
    }),
    dayGrowth: growth('days', {
      label: { en: 'Change', de: 'Veränderung' },
      better: 'higher',
    }),
  },
  filters: ['vehicleClass', 'channel'],
  order: { vehicleClass: 'asc' },
  freshWithin: '60s',
})
