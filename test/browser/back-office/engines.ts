import { expect, test } from 'vitest'
import { axeFinds } from './accessible.ts'
import {
  bookingsOfThisMonth,
  everything,
  figure,
  nothingToComplainOf,
  office,
  opens,
  refresh,
  settled,
  signedIn,
  value,
} from './office.ts'

/** The engines that the figures of the page came from, as its answers say. */
function enginesOfAnswers(): Set<string> {
  const engines = new Set<string>()
  office.page.on('response', async (response) => {
    if (!response.url().endsWith('/reports/rows')) return
    for (const { answer } of (await response.json().catch(() => ({ results: [] }))).results)
      if (answer !== undefined && answer.report !== 'revenue-by-channel') engines.add(answer.engine)
  })
  return engines
}

/** Ends when every report has been asked for on both engines. */
export const compared = () => office.page.waitForSelector('[data-compare]:not([disabled])')

/** What answers, the choice of it, and both side by side. */
export function engines(): void {
  test('F1 the switch changes what answers, and no figure', async () => {
    const { page } = office
    const engines = enginesOfAnswers()
    await signedIn('havel', 'director')
    const ofStore = await everything()
    await expect.poll(() => [...engines]).toEqual(['store'])
    expect(await page.locator('#engine-said').innerText()).toBe(
      'Counters in PostgreSQL that follow the primary; 69 rollups',
    )

    engines.clear()
    await page.getByRole('radio', { name: 'Reporting store' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.waitForFunction(() => document.querySelectorAll('[state="loading"]').length > 0)
    await settled()
    await expect.poll(() => [...engines]).toEqual(['replica'])
    const figuresIn = (text: string) => text.replaceAll(/As of [a-z0-9 ]+/g, '')
    expect(figuresIn(await everything())).toBe(figuresIn(ofStore))
    nothingToComplainOf()
  })

  test('while the store is built the page says so, and goes over to it by itself', async () => {
    const { page } = office
    const building = { state: 'building', store: 'PostgreSQL', ready: 7, wanted: 69, rows: 12_345 }
    await page.route('**/engines', (route) => route.fulfill({ json: building }))
    await signedIn('havel', 'director')
    const said = page.locator('#engine-said')
    await expect
      .poll(() => said.innerText())
      .toBe('Being built in PostgreSQL, 7 of 69 rollups are ready, 12,345 rows read; the replica answers until then')
    const again = page.waitForRequest((request) => request.url().endsWith('/analytics/reports/rows'))
    await page.unroute('**/engines')
    await expect.poll(() => said.innerText()).toBe('Counters in PostgreSQL that follow the primary; 69 rollups')
    await again
    nothingToComplainOf()
  })

  test('F1 side by side both engines say the same of every report', async () => {
    const { page } = office
    await signedIn('havel', 'director')
    await opens('engines')
    await compared()
    const verdicts = await page.locator('.comparison .verdict').allInnerTexts()
    expect(verdicts.filter((verdict) => verdict.includes('Equal'))).toHaveLength(16)
    expect(verdicts.filter((verdict) => !verdict.includes('Equal'))).toEqual(['Replica only'])
    const bookings = page.locator('[data-report="booking-comparison"]')
    for (const side of await bookings.locator('.side').all()) {
      expect(await side.locator('.took').innerText()).toMatch(/^[\d.]+ m?s$/)
      expect(await side.locator('.current').innerText()).toMatch(/^As of /)
      expect(await side.locator('td.number').first().innerText()).toBe(
        await bookingsOfThisMonth('havel', 'Europe/Berlin'),
      )
    }
    expect(await page.locator('[data-comparisons] [data-outcome]').innerText()).toMatch(/^All 16 are equal\. /)
    for (const width of [360, 768]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    }
    nothingToComplainOf()
  })

  test('T7 side by side there is no report that the role may not see, and axe finds nothing', async () => {
    const { page } = office
    await signedIn('havel', 'dispatcher')
    await opens('engines')
    await compared()
    const shown = await page
      .locator('.comparison')
      .evaluateAll((cards) => cards.map((card) => card.getAttribute('data-report')))
    expect(shown).toHaveLength(7)
    expect(shown.filter((report) => report?.startsWith('revenue'))).toEqual([])
    expect(await page.locator('[data-three-ways]').isVisible()).toBe(false)
    expect(await axeFinds()).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await axeFinds(['color-contrast'])).toEqual([])
    const asked = (path: string, report: string) =>
      page.evaluate(
        async ([path, report]) => {
          const headers = { 'content-type': 'application/json' }
          return (await fetch(path as string, { method: 'POST', headers, body: JSON.stringify({ report }) })).status
        },
        [path, report],
      )
    expect(await asked('/comparison', 'booking-comparison')).toBe(200)
    expect(await asked('/comparison', 'revenue-comparison')).toBe(404)
    expect(await asked('/three-ways', 'vulnerability-summary')).toBe(404)
  })

  test('F1 the dashboard three ways has the same figures each time, also for one team', async () => {
    const { page } = office
    await signedIn('lumen', 'engineer')
    await opens('engines')
    await page.click('[data-run]')
    const outcome = page.locator('[data-three-ways] [data-outcome]')
    await expect
      .poll(() => outcome.innerText(), { timeout: 50_000 })
      .toMatch(/^All figures are equal, at the same position: /)
    expect(await page.locator('.way .took').allInnerTexts()).toHaveLength(3)
    await page.getByText('The SQL').first().click()
    expect(await page.locator('.way pre').first().innerText()).toMatch(/^select count/)
    nothingToComplainOf()
  })

  test('without the store figures are kept and said to be old, none comes from the replica, and it goes on by itself', async () => {
    const { page, demo } = office
    const engines = enginesOfAnswers()
    await signedIn('sumida', 'dispatcher')
    const freshness = value('booking-comparison', 'bookings').locator('.freshness')
    const before = await figure('booking-comparison', 'bookings')
    await demo.store.stop('immediate')
    // As the page would by itself, when the server next tells how far behind the store is: every 15 seconds.
    await refresh()
    await expect.poll(() => freshness.innerText(), { timeout: 30_000 }).toMatch(/^Not refreshed: as of /)
    expect(await figure('booking-comparison', 'bookings')).toBe(before)

    await opens('engines')
    await compared()
    expect(await page.locator('[data-comparisons] [data-outcome]').innerText()).toBe(
      'Not compared: one of them does not answer.',
    )
    expect(await page.locator('[data-report="booking-comparison"] [data-side="store"] .current').innerText()).toBe(
      'The reporting store cannot be reached',
    )
    await page.reload()
    await opens('mobility')
    await page.waitForSelector('millrace-value[state="failed"]')

    await demo.store.start()
    await expect
      .poll(() => value('booking-comparison', 'bookings').getAttribute('state'), { timeout: 30_000 })
      .toBe('ready')
    expect(await figure('booking-comparison', 'bookings')).toBe(before)
    await expect.poll(() => [...engines]).toEqual(['store'])
  })
}
