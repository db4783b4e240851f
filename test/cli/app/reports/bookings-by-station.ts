import { avg, count, given, lookup, report, sum } from 'millrace'
import { bookings, stations } from './sources.ts'

export default report({
  name: 'bookings-by-station',
  permission: 'bookings.read',
  from: bookings,
  dimensions: { station: bookings.stationId },
  lookup: { station: lookup(stations, 'id', 'name') },
  time: { column: bookings.bookedOn },
  period: given('from', 'to'),
  measures: {
    bookings: count(),
    nights: avg(bookings.nights, { scale: 1, unit: 'night' }),
    revenue: sum(bookings.total, { currency: 'EUR' }),
  },
  filters: ['channel'],
  order: { revenue: 'desc' },
  freshWithin: '1h',
})
