import { expect, test } from 'vitest'
import { query } from '../../../src/embedded/database.ts'
import { bookingsOfThisMonth, figure, moment, nothingToComplainOf, office, signedIn } from './office.ts'

const neverPolled = () =>
  office.page.evaluate(() => {
    for (const reports of document.querySelectorAll('millrace-reports')) reports.poll = 3600
  })

/** What is committed on the primary is in the open page, without anybody asking for it. */
export function live(): void {
  test('a booking by the host is seen as soon as the server tells of it, long before the page would look again', async () => {
    const { page } = office
    await signedIn('hudson', 'operations')
    await neverPolled()
    const before = await figure('booking-comparison', 'bookings')
    await page.getByRole('button', { name: 'Book now' }).click()
    await expect.poll(() => figure('booking-comparison', 'bookings')).not.toBe(before)
    expect(await figure('booking-comparison', 'bookings')).toBe(await bookingsOfThisMonth('hudson', 'America/New_York'))
    await expect
      .poll(() => page.locator('#book .said').innerText())
      .toMatch(
        /^Booked in [\d.]+ m?s; the store answered with it [\d.]+ m?s later, and the page showed it after [\d.]+ m?s$/,
      )
    nothingToComplainOf()
  })

  test('a statement on the primary moves the charts of the open page', async () => {
    const { page, demo } = office
    await signedIn('hudson', 'operations')
    await neverPolled()
    const drawn = (report: string) =>
      page
        .locator(`[report="${report}"]`)
        .evaluate((chart) =>
          [...(chart.shadowRoot?.querySelectorAll('[part~="chart"]') ?? [])].map((each) => each.innerHTML).join(),
        )
    const charts = ['bookings-by-day', 'bookings-by-week', 'revenue-by-week', 'busiest-stations']
    const before = await Promise.all(charts.map(drawn))
    await query(
      demo.primary,
      `insert into hudson.booking (station_id, vehicle_class, channel, status, booked_on, booked_at, pickup_at, return_at,
         days, daily_rate, total)
       select 1, 'van', 'phone', 'confirmed', moment, moment, moment, moment, 1, 1000, 1000
       from (select $1::timestamptz as moment) as given, generate_series(1, 400)`,
      [new Date(moment - 60_000)],
    )
    for (const [at, chart] of charts.entries()) await expect.poll(() => drawn(chart)).not.toBe(before[at])
    nothingToComplainOf()
  })
}
