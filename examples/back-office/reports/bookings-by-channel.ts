import { avg, count, elapsed, given, ratio, report, share, sum } from 'millrace'
import { bookings } from './sources.ts'

export default report({
  name: 'bookings-by-channel',
  title: { en: 'By channel', de: 'Nach Kanal' },
  description: {
    en: 'Bookings made in the chosen period.',
    de: 'Buchungen, die im gewählten Zeitraum eingegangen sind.',
  },
  permission: 'bookings.read',
  from: bookings,
  dimensions: { channel: bookings.channel },
  time: { column: bookings.bookedAt, timeZone: 'tenant' },
  period: given('from', 'to'),
  measures: {
    bookings: count({ label: { en: 'Bookings', de: 'Buchungen' } }),
    days: sum(bookings.days, { label: { en: 'Rental days', de: 'Miettage' } }),
    leadDays: avg(elapsed(bookings.bookedAt, bookings.pickupAt, 'day'), {
      label: { en: 'Booked ahead', de: 'Im Voraus' },
      scale: 1,
      unit: 'day',
    }),
    cancelled: count({
      where: { status: 'cancelled' },
      label: { en: 'Cancelled', de: 'Storniert' },
      better: 'lower',
    }),
  },
  derive: {
    part: share('bookings', { label: { en: 'Share', de: 'Anteil' } }),
    cancellationRate: ratio('cancelled', 'bookings', {
      label: { en: 'Cancellation rate', de: 'Stornoquote' },
      unit: 'percent',
      better: 'lower',
    }),
  },
  filters: ['vehicleClass', 'channel'],
  order: { bookings: 'desc' },
  freshWithin: '60s',
})
