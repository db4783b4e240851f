import { avg, growth, month, not, report, sum, toDate } from 'millrace'
import { bookings } from './sources.ts'

export default report({
  name: 'revenue-comparison',
  title: { en: 'Revenue, this month against the last', de: 'Umsatz, dieser Monat gegen den vorigen' },
  description: {
    en: 'Value of the bookings made, without cancelled ones; the same days of both months.',
    de: 'Wert der eingegangenen Buchungen ohne stornierte; dieselben Tage beider Monate.',
  },
  permission: 'revenue.read',
  from: bookings,
  where: { status: not('cancelled') },
  time: { column: bookings.bookedAt, timeZone: 'tenant' },
  period: { current: month(), previous: toDate(month(-1)) },
  measures: {
    revenue: sum(bookings.total, { label: { en: 'Revenue', de: 'Umsatz' }, currency: 'EUR', better: 'higher' }),
    averageValue: avg(bookings.total, {
      label: { en: 'Value per booking', de: 'Wert je Buchung' },
      scale: 2,
      currency: 'EUR',
      better: 'higher',
    }),
  },
  derive: {
    revenueGrowth: growth('revenue', {
      label: { en: 'Change', de: 'Veränderung' },
      better: 'higher',
    }),
  },
  filters: ['vehicleClass', 'channel'],
  freshWithin: '60s',
})
