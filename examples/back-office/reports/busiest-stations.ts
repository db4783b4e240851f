import { avg, count, given, lookup, report, share } from 'millrace'
import { bookings, stations } from './sources.ts'

export default report({
  name: 'busiest-stations',
  title: { en: 'Busiest stations', de: 'Stationen mit den meisten Buchungen' },
  description: {
    en: 'Bookings made in the chosen period.',
    de: 'Buchungen, die im gewählten Zeitraum eingegangen sind.',
  },
  permission: 'bookings.read',
  from: bookings,
  dimensions: { station: bookings.stationId },
  lookup: { station: lookup(stations, 'id', 'name') },
  time: { column: bookings.bookedAt, timeZone: 'tenant' },
  period: given('from', 'to'),
  measures: {
    bookings: count({ label: { en: 'Bookings', de: 'Buchungen' } }),
    averageDays: avg(bookings.days, { label: { en: 'Days each', de: 'Tage je' }, scale: 1, unit: 'day' }),
  },
  derive: { part: share('bookings', { label: { en: 'Share', de: 'Anteil' } }) },
  filters: ['vehicleClass', 'channel'],
  order: { bookings: 'desc' },
  freshWithin: '60s',
})
