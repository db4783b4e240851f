import { count, given, report, sum } from 'millrace'
import { bookings } from './sources.ts'

export default report({
  name: 'bookings-by-week',
  title: { en: 'Bookings week by week', de: 'Buchungen Woche für Woche' },
  description: {
    en: 'Bookings made and cancelled in the chosen period.',
    de: 'Im gewählten Zeitraum eingegangene und stornierte Buchungen.',
  },
  permission: 'bookings.read',
  from: bookings,
  time: { column: bookings.bookedAt, grain: 'week', timeZone: 'tenant' },
  period: given('from', 'to'),
  measures: {
    bookings: count({ label: { en: 'Made', de: 'Eingegangen' }, better: 'higher' }),
    cancellations: count({
      at: bookings.cancelledAt,
      label: { en: 'Cancelled', de: 'Storniert' },
      better: 'lower',
    }),
    days: sum(bookings.days, { label: { en: 'Rental days', de: 'Miettage' }, better: 'higher' }),
  },
  filters: ['vehicleClass', 'channel'],
  order: { time: 'asc' },
  freshWithin: '60s',
})
