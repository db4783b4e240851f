import { expect, test } from 'vitest'
import { moment, nothingToComplainOf, office, refresh, signedIn, value } from './office.ts'

export function freshness(): void {
  test('the age of figures is told as it grows, and what is stale says so', async () => {
    const { page } = office
    await page.clock.install({ time: moment })
    await signedIn('sumida', 'dispatcher')
    const said = value('booking-comparison', 'bookings').locator('.freshness')
    const age = async () => {
      const [, count = '0', unit] = /^As of (?:(\d+) (second|minute)s? ago|now)$/.exec(await said.innerText()) ?? []
      return Number(count) * (unit === 'minute' ? 60 : 1)
    }
    expect(await said.innerText()).toMatch(/^As of (now|\d+ seconds ago)$/)
    await page.evaluate(() => {
      for (const reports of document.querySelectorAll('millrace-reports')) reports.poll = 0
    })
    const before = await age()
    await page.clock.runFor(20_000)
    // The page's clock goes on meanwhile.
    await expect.poll(age).toBeGreaterThanOrEqual(before + 20)
    await page.route('**/analytics/reports/rows', async (route) => {
      // Without what the client has, so that the whole answer comes.
      const { requests } = JSON.parse(route.request().postData() ?? '')
      const asked = requests.map(({ report, params }: Record<string, unknown>) => ({ report, params }))
      const response = await route.fetch({ postData: JSON.stringify({ requests: asked }) })
      const body = (await response.text())
        .replaceAll('"stale":false', '"stale":true')
        .replaceAll(/"lagSeconds":[\d.e-]+/g, '"lagSeconds":400')
      await route.fulfill({ response, body })
    })
    await refresh()
    await expect.poll(() => said.innerText()).toBe('Behind: as of 7 minutes ago')
    nothingToComplainOf()
  })
}
