import { expect, test } from 'vitest'
import {
  bookingsOfThisMonth,
  everything,
  figure,
  nothingToComplainOf,
  office,
  openFindings,
  refresh,
  rowsOf,
  settled,
  signedIn,
  signIn,
} from './office.ts'

/** Who sees what, and that nobody sees what somebody else saw before. */
export function tenancy(): void {
  test('T7 a dispatcher does not see that there are reports of revenue', async () => {
    const { page } = office
    const answers: string[] = []
    page.on('response', async (response) => {
      if (response.url().includes('/analytics/') && !response.url().endsWith('/events'))
        answers.push(await response.text())
    })
    await signedIn('havel', 'dispatcher')
    expect(await page.locator('#workspaces a').allInnerTexts()).toEqual(['Mobility', 'Both engines'])
    const revenue = page.locator('millrace-reports [report^="revenue"]')
    expect(await revenue.count()).toBeGreaterThan(0)
    for (const element of await revenue.all()) expect(await element.isVisible()).toBe(false)
    expect(await everything()).not.toContain('€')
    expect(answers.join('')).not.toContain('EUR')
    expect(JSON.parse(answers.find((answer) => answer.startsWith('{"reports"')) ?? '').reports).toHaveLength(7)
    nothingToComplainOf()
  })

  test('a viewer’s team narrows every report of findings to it, and the values of a filter', async () => {
    const { page } = office
    await signedIn('lumen', 'security-lead')
    const all = await figure('vulnerability-summary', 'active')
    await page.click('#who')
    await signIn('lumen', 'engineer', '#switch')
    await settled()
    const teams = await page
      .locator('millrace-table[report="active-vulnerabilities"] tbody td:nth-child(2)')
      .allInnerTexts()
    expect(new Set(teams)).toEqual(new Set(['payments']))
    expect(await page.locator('[data-filter="team"] label').allTextContents()).toEqual(['payments'])
    const own = await openFindings(`tenant_id = 'lumen' and asset_group = 'payments'`)
    expect(await figure('vulnerability-summary', 'active')).toBe(own)
    expect(own).not.toBe(all)
    nothingToComplainOf()
  })

  test('T1 no figure of the last customer is seen once another is signed in, however late it arrives', async () => {
    const { page } = office
    await signedIn('havel', 'director')
    const old = await figure('booking-comparison', 'bookings')
    const held: (() => Promise<void>)[] = []
    await page.route('**/analytics/reports/rows', async (route) => {
      const response = await route.fetch()
      held.push(() => route.fulfill({ response }).catch(() => {}))
    })
    await refresh()
    await expect.poll(() => held.length).toBe(1)

    await page.click('#who')
    await signIn('hudson', 'operations', '#switch')
    await page.waitForSelector('millrace-value[state="loading"]')
    expect(await everything()).not.toContain(old)
    await expect.poll(() => held.length).toBe(2)
    await held[0]?.()
    expect(await everything()).not.toContain(old)
    expect(await page.locator('millrace-value[state="ready"]').count()).toBe(0)
    await held[1]?.()
    await settled()
    expect(await figure('booking-comparison', 'bookings')).toBe(await bookingsOfThisMonth('hudson', 'America/New_York'))
    expect(await everything()).not.toContain('Havel')
    nothingToComplainOf()
  })

  test('signing out leaves nothing, and a page that is opened again knows who is signed in', async () => {
    const { page } = office
    await signedIn('hudson', 'operations')
    await page.reload()
    await settled()
    expect(await page.locator('.who-tenant').innerText()).toBe('Hudson Car Share')
    await page.click('#who')
    await page.click('[data-sign-out]')
    await page.waitForSelector('#sign-in:not([hidden])')
    expect(await page.locator('millrace-value').count()).toBe(0)
    await page.reload()
    await page.waitForSelector('#sign-in:not([hidden])')
    expect(await rowsOf('comparison-by-class').count()).toBe(0)
    nothingToComplainOf()
  })
}
