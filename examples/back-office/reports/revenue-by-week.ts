import { avg, given, not, report, sum } from 'millrace'
import { bookings } from './sources.ts'

export default report({
  name: 'revenue-by-week',
  title: { en: 'Revenue week by week', de: 'Umsatz Woche für Woche' },
  description: {
    en: 'Value of the bookings made in the chosen period, without cancelled ones.',
    de: 'Wert der im gewählten Zeitraum eingegangenen Buchungen, ohne stornierte.',
  },
  permission: 'revenue.read',
  from: bookings,
  where: { status: not('cancelled') },
  time: { column: bookings.bookedAt, grain: 'week', timeZone: 'tenant' },
  period: given('from', 'to'),
  measures: {
    revenue: sum(bookings.total, { label: { en: 'Revenue', de: 'Umsatz' }, currency: 'EUR', better: 'higher' }),
    averageValue: avg(bookings.total, {
      label: { en: 'Value per booking', de: 'Wert je Buchung' },
      scale: 2,
      currency: 'EUR',
      better: 'higher',
    }),
  },
  filters: ['vehicleClass', 'channel'],
  order: { time: 'asc' },
  freshWithin: '60s',
})
