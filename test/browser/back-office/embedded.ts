import { expect, test } from 'vitest'
import { figure, nothingToComplainOf, office, openFindings, rowsOf, settled, signedIn } from './office.ts'

/** The examples of embedding: somebody else's pages, under the same strict policy. */
export function embedded(): void {
  test('a plain page shows reports, and its own control narrows one of them', async () => {
    const { page, demo } = office
    await page.goto(`${demo.url}/embed-plain/`)
    await page.getByText('Nobody is signed in').waitFor()
    office.complaints = []
    await page.goto(demo.url)
    await signedIn('havel', 'director')
    const bookings = await figure('booking-comparison', 'bookings')
    await page.goto(`${demo.url}/embed-plain/`)
    await settled()
    expect(await figure('booking-comparison', 'bookings')).toBe(bookings)
    const all = await rowsOf('comparison-by-class').allInnerTexts()
    await page.getByLabel('Channel').selectOption('app')
    await expect.poll(() => rowsOf('comparison-by-class').allInnerTexts()).not.toEqual(all)
    nothingToComplainOf()
  })

  test('a page of React shows reports, and its state becomes their parameters', async () => {
    const { page, demo } = office
    await page.goto(demo.url)
    await signedIn('lumen', 'security-lead')
    // Bundled when it is first asked for, which the page itself would wait for only so long.
    expect((await fetch(`${demo.url}/embed-react/main.js`)).status).toBe(200)
    await page.goto(`${demo.url}/embed-react/`)
    // React sets properties, which leave no attribute to look for.
    const active = () => page.locator('millrace-value').first().locator('.value').innerText()
    await expect.poll(active).toBe(await openFindings(`tenant_id = 'lumen'`))
    await page.getByLabel('Severity').selectOption('critical')
    const critical = await openFindings(`tenant_id = 'lumen' and severity = 'critical'`)
    await expect.poll(active).toBe(critical)
    const chart = page.locator('millrace-series').locator('[part~="chart"]')
    await expect.poll(() => chart.locator('path[d]').count()).toBeGreaterThan(0)
    nothingToComplainOf()
  })
}
