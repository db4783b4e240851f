import { date, decimal, integer, sql, sqlReport } from 'millrace'
import { bookings } from './sources.ts'

/** In raw SQL, for what the language does not say: the best day of each channel stands beside its total. */
export default sqlReport({
  name: 'revenue-by-channel',
  title: { en: 'Revenue by channel', de: 'Umsatz nach Kanal' },
  description: {
    en: 'Without cancelled bookings, and the best day of each channel.',
    de: 'Ohne stornierte Buchungen, mit dem besten Tag jedes Kanals.',
  },
  permission: 'revenue.read',
  params: { from: date(), to: date() },
  row: {
    channel: bookings.channel,
    bookings: integer({ label: { en: 'Bookings', de: 'Buchungen' } }),
    revenue: decimal({ scale: 2, label: { en: 'Revenue', de: 'Umsatz' }, currency: 'EUR' }),
    bestDay: date({ label: { en: 'Best day', de: 'Bester Tag' } }),
    bestDayRevenue: decimal({
      scale: 2,
      label: { en: 'Revenue that day', de: 'Umsatz an diesem Tag' },
      currency: 'EUR',
    }),
  },
  sql: ({ from, to }) => sql`
    with by_day as (
      select channel, booked_on, count(*) as bookings, sum(total) as revenue
      from ${bookings}
      where booked_on >= ${from} and booked_on < ${to} and status <> 'cancelled'
      group by channel, booked_on
    )
    select channel, sum(bookings)::integer as bookings, sum(revenue) as revenue,
      (array_agg(booked_on order by revenue desc, booked_on))[1] as best_day,
      max(revenue) as best_day_revenue
    from by_day
    group by channel
    order by revenue desc`,
  freshWithin: '60s',
})
