import { count, growth, month, report, sum } from 'millrace'
import { bookings } from './sources.ts'

export default report({
  name: 'booking-comparison',
  permission: 'bookings.read',
  from: bookings,
  time: { column: bookings.bookedOn },
  period: { current: month(), previous: month(-1) },
  measures: { bookings: count(), revenue: sum(bookings.total, { currency: 'EUR' }) },
  derive: { revenueGrowth: growth('revenue') },
})
