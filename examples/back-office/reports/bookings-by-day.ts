import { count, month, report, sum } from 'millrace'
import { bookings } from './sources.ts'

export default report({
  name: 'bookings-by-day',
  title: { en: 'Day by day', de: 'Tag für Tag' },
  description: {
    en: 'Every day of this calendar month, beside the same day of the one before.',
    de: 'Jeder Tag dieses Kalendermonats neben demselben Tag des vorigen.',
  },
  permission: 'bookings.read',
  from: bookings,
  time: { column: bookings.bookedAt, grain: 'day', timeZone: 'tenant' },
  period: { current: month(), previous: month(-1) },
  measures: {
    bookings: count({ label: { en: 'Bookings', de: 'Buchungen' }, better: 'higher' }),
    days: sum(bookings.days, { label: { en: 'Days booked', de: 'Gebuchte Tage' } }),
    cancellations: count({
      at: bookings.cancelledAt,
      label: { en: 'Cancellations', de: 'Stornierungen' },
      better: 'lower',
    }),
  },
  filters: ['vehicleClass', 'channel'],
  order: { time: 'asc' },
  freshWithin: '60s',
})
