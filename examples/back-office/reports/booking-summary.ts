import { avg, count, elapsed, lastMonths, ratio, report, sum } from 'millrace'
import { bookings } from './sources.ts'

export default report({
  name: 'booking-summary',
  title: { en: 'Bookings, last two months', de: 'Buchungen, letzte zwei Monate' },
  description: {
    en: 'Bookings made in this calendar month and the one before.',
    de: 'Buchungen, die in diesem und im vorigen Kalendermonat eingegangen sind.',
  },
  permission: 'bookings.read',
  from: bookings,
  time: { column: bookings.bookedAt, timeZone: 'tenant' },
  period: lastMonths(2),
  measures: {
    bookings: count({ label: { en: 'Bookings', de: 'Buchungen' }, better: 'higher' }),
    days: sum(bookings.days, { label: { en: 'Rental days', de: 'Miettage' }, better: 'higher' }),
    averageDays: avg(bookings.days, {
      label: { en: 'Days per booking', de: 'Tage je Buchung' },
      scale: 1,
      unit: 'day',
    }),
    leadDays: avg(elapsed(bookings.bookedAt, bookings.pickupAt, 'day'), {
      label: { en: 'Booked ahead', de: 'Im Voraus gebucht' },
      scale: 1,
      unit: 'day',
    }),
    cancelled: count({
      where: { status: 'cancelled' },
      label: { en: 'Cancelled', de: 'Storniert' },
      better: 'lower',
    }),
    noShows: count({
      where: { status: 'no_show' },
      label: { en: 'Not picked up', de: 'Nicht abgeholt' },
      better: 'lower',
    }),
  },
  derive: {
    cancellationRate: ratio('cancelled', 'bookings', {
      label: { en: 'Cancellation rate', de: 'Stornoquote' },
      unit: 'percent',
      better: 'lower',
    }),
  },
  filters: ['vehicleClass', 'channel'],
  freshWithin: '60s',
})
