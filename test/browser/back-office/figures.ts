import { expect, test } from 'vitest'
import { query } from '../../../src/embedded/database.ts'
import {
  bookingsOfThisMonth,
  figure,
  moment,
  nothingToComplainOf,
  office,
  openFindings,
  opens,
  refresh,
  rowsOf,
  settled,
  signedIn,
  signIn,
  value,
} from './office.ts'

/** What the page shows, and what it says of how current that is. */
export function figures(): void {
  test('a director sees both products with the figures of the database, and each says how current it is', async () => {
    const { page } = office
    await signedIn('havel', 'director')
    expect(await page.locator('#workspaces a').allInnerTexts()).toEqual(['Mobility', 'Security', 'Both engines'])
    expect(await figure('booking-comparison', 'bookings')).toBe(await bookingsOfThisMonth('havel', 'Europe/Berlin'))
    expect(await figure('revenue-comparison', 'revenue')).toMatch(/^€\d{1,3}(,\d{3})*$/)
    expect(await value('booking-comparison', 'bookings').locator('.change').innerText()).toMatch(
      /%\s+(better|worse)\s+from \d|No change/,
    )
    expect(await rowsOf('comparison-by-class').count()).toBe(5)
    // The last day of a comparison is the one that is still running.
    const byDay = page.locator('millrace-series[report="bookings-by-day"]')
    expect(await byDay.locator('#trend').textContent()).toMatch(/ to \d+ \(Wed 18 Nov, so far\)/)
    expect(await byDay.locator('.plot .line.partial').getAttribute('d')).toMatch(/^M.*L/)
    expect(await rowsOf('revenue-by-channel').first().innerText()).toMatch(/App|Website|Partner/)
    for (const freshness of await page.locator('.freshness').allInnerTexts())
      expect(freshness).toMatch(/^As of (now|\d+ seconds ago)$/)

    await opens('security')
    await settled()
    const open = await openFindings(`tenant_id = 'havel'`)
    expect(await figure('vulnerability-summary', 'active')).toBe(open)
    expect(await rowsOf('active-vulnerabilities').first().innerText()).toMatch(/^(Critical|High)/)
    const trend = page.locator('millrace-series[report="vulnerability-trend"][measures="active"]')
    await trend.getByRole('button', { name: /table/ }).click()
    const [today] = await trend.locator('tbody tr').allInnerTexts()
    expect(today?.split(/\s+/).at(-1)).toBe(open)
    nothingToComplainOf()
  })

  test('what is written on the primary is seen, and a page that cannot refresh keeps its figures and says so', async () => {
    const { page, demo } = office
    await signedIn('sumida', 'dispatcher')
    await query(
      demo.primary,
      `insert into sumida.booking (station_id, vehicle_class, channel, status, booked_on, booked_at, pickup_at, return_at,
         days, daily_rate, total)
       select 1, 'van', 'phone', 'confirmed', moment, moment, moment, moment, 1, 10, 10 from (select $1::timestamptz as moment) as given`,
      [new Date(moment - 60_000)],
    )
    await demo.caughtUp()
    const expected = await bookingsOfThisMonth('sumida', 'Asia/Tokyo')
    await refresh()
    await expect.poll(() => figure('booking-comparison', 'bookings')).toBe(expected)
    nothingToComplainOf()

    await page.route('**/analytics/**', (route) => route.abort())
    await refresh()
    const freshness = value('booking-comparison', 'bookings').locator('.freshness')
    await expect.poll(() => freshness.innerText()).toMatch(/^Not refreshed: as of /)
    expect(await figure('booking-comparison', 'bookings')).toBe(expected)
    await page.unroute('**/analytics/**')
    await refresh()
    await expect.poll(() => freshness.innerText()).toMatch(/^As of /)
  })

  test('a report that cannot be read says so in the room it would have, and is read when asked again', async () => {
    const { page } = office
    let isAway = true
    let letIn = () => {}
    const held = new Promise<void>((resolve) => {
      letIn = resolve
    })
    await page.route('**/analytics/reports/rows', async (route) => {
      if (isAway) return route.abort()
      await held
      return route.continue()
    })
    await signIn('sumida', 'dispatcher')
    await page.waitForSelector('millrace-value[state="failed"]')
    const first = value('booking-comparison', 'bookings')
    const heights = [(await first.boundingBox())?.height]
    expect(await first.locator('section').innerText()).toMatch(/cannot be reached/)
    expect(await first.getByRole('status').innerText()).toMatch(/cannot be reached/)
    // What the page reads by itself never looks like loading, and is not answered before the button is pressed.
    isAway = false
    await first.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => first.getAttribute('state')).toBe('loading')
    letIn()
    await expect.poll(() => first.getAttribute('state')).toBe('ready')
    heights.push((await first.boundingBox())?.height)
    expect(Math.abs((heights[0] ?? 0) - (heights[1] ?? 0))).toBeLessThanOrEqual(8)
  })

  test('the elements that are in sight are read in one request, and the others when they come into sight', async () => {
    const { page } = office
    const bodies: string[] = []
    let letIn = () => {}
    const held = new Promise<void>((resolve) => {
      letIn = resolve
    })
    // What is being read is not asked for again, however long this machine takes.
    await page.route('**/analytics/reports/rows', async (route) => {
      bodies.push(route.request().postData() ?? '')
      await held
      return route.continue()
    })
    await signIn('havel', 'director')
    const names = () =>
      bodies.flatMap((body) => JSON.parse(body).requests.map(({ report }: { report: string }) => report))
    await expect.poll(() => new Set(names()).size).toBe(10)
    expect(bodies).toHaveLength(1)
    expect(names()).toHaveLength(10)
    letIn()
    await settled()
  })

  test('words, numbers and dates of the elements are in the page’s language', async () => {
    const { page } = office
    await signedIn('havel', 'director')
    await page.evaluate(() => {
      const reports = document.querySelector('millrace-reports')
      if (reports !== null) reports.locale = 'de'
    })
    await expect
      .poll(() => value('booking-comparison', 'bookings').locator('section').innerText())
      .toMatch(/Buchungen[\s\S]*(zuvor|Unverändert)[\s\S]*Stand: /)
    await settled()
    expect(await figure('revenue-comparison', 'revenue')).toMatch(/\.\d{3}\s€$/)
    const table = await page.locator('millrace-table[report="comparison-by-class"] section').innerText()
    expect(table).toMatch(/Fahrzeugklasse\s+(Buchungen|This month)/)
    expect(table).toMatch(/Kleinwagen/)
  })
}
