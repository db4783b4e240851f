import { bigint, date, decimal, sql, sqlReport, text } from 'millrace'
import { bookings } from './sources.ts'

/** An aggregate of aggregates, which the language does not have. */
export default sqlReport({
  name: 'channel-days',
  permission: 'bookings.read',
  params: { from: date(), to: date() },
  row: { channel: text(), bookings: bigint(), bestDay: date(), bestRevenue: decimal({ scale: 2, currency: 'EUR' }) },
  sql: ({ from, to }) => sql`
    select channel, sum(n)::bigint as bookings, max(revenue) as best_revenue,
      (array_agg(booked_on order by revenue desc, booked_on))[1] as best_day
    from (
      select channel, booked_on, count(*) as n, sum(total) as revenue from ${bookings}
      where booked_on >= ${from} and booked_on < ${to} group by channel, booked_on
    ) days
    group by channel order by channel`,
})
