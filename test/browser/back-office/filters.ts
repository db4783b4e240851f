import { expect, test } from 'vitest'
import { figure, nothingToComplainOf, office, openFindings, settled, signedIn, signIn } from './office.ts'

const hash = () => new URL(office.page.url()).hash
const active = () => figure('vulnerability-summary', 'active')
const serious = `tenant_id = 'lumen' and severity in ('critical', 'high')`
const said = (filter: string) => office.page.locator(`[data-filter="${filter}"] .filter-said`).innerText()

/** What the page is narrowed by, and that its address says the same. */
export function filters(): void {
  test('filters narrow every report of the page, stand in its address, and back and forward go through them', async () => {
    const { page } = office
    await signedIn('lumen', 'security-lead')
    await page.click('nav a[href="#security"]')
    const all = await openFindings(`tenant_id = 'lumen'`)
    expect(await active()).toBe(all)
    // By keyboard alone.
    await page.locator('[data-filter="severity"] summary').focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.keyboard.press('Escape')
    expect(await page.evaluate(() => document.activeElement?.closest('details')?.open)).toBe(false)
    const narrowed = await openFindings(serious)
    await expect.poll(active).toBe(narrowed)
    await settled()
    expect(hash()).toBe('#security?severity=critical&severity=high')
    expect(await said('severity')).toBe('Critical, High')
    const severities = await page.locator('millrace-table[report="active-vulnerabilities"] tbody th').allInnerTexts()
    expect(new Set(severities)).toEqual(new Set(['Critical', 'High']))

    await page.getByRole('radio', { name: '26 weeks' }).check()
    await settled()
    expect(hash()).toBe('#security?severity=critical&severity=high&period=26-weeks')
    const link = page.url()
    await page.goBack()
    expect(await page.getByRole('radio', { name: '8 weeks' }).isChecked()).toBe(true)
    await page.goBack()
    await page.goBack()
    await expect.poll(active).toBe(all)
    expect(await said('severity')).toBe('All severities')
    await page.goForward()
    await page.goForward()
    await expect.poll(active).toBe(narrowed)

    // A copied link shows the same, and asks for nothing that is not narrowed.
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/rows')) asked.push(request.postData() ?? '')
    })
    await page.goto('about:blank')
    await page.goto(link)
    await settled()
    expect(await active()).toBe(narrowed)
    expect(await page.getByRole('radio', { name: '26 weeks' }).isChecked()).toBe(true)
    for (const { params } of asked.flatMap((body) => JSON.parse(body).requests))
      expect(params.severity).toEqual(['critical', 'high'])
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await expect.poll(active).toBe(all)
    expect(hash()).toBe('#security?period=26-weeks')
    nothingToComplainOf()
  })

  test('what an address names and this customer does not have is left out, of the address too', async () => {
    const { page, demo } = office
    await page.goto(`${demo.url}/#security?team=payments&team=nobody&severity=worst&period=forever&colour=red`)
    await signIn('lumen', 'security-lead')
    await settled()
    expect(await active()).toBe(await openFindings(`tenant_id = 'lumen' and asset_group = 'payments'`))
    expect(hash()).toBe('#security?team=payments')
    expect(await page.getByRole('radio', { name: '8 weeks' }).isChecked()).toBe(true)
    // What was chosen at one customer means nothing at the next.
    await page.click('#who')
    await signIn('prairie', 'security-lead', '#switch')
    await settled()
    expect(hash()).toBe('#security')
    expect(await active()).toBe(await openFindings(`tenant_id = 'prairie'`))
    nothingToComplainOf()
  })

  test('a report that cannot be narrowed says what it is about', async () => {
    const { page, demo } = office
    await page.goto(`${demo.url}/#mobility?channel=app`)
    await signedIn('havel', 'director')
    expect(await page.locator('millrace-bars[report="bookings-by-channel"]').innerText()).not.toContain('All channels')
    expect(await page.locator('millrace-table[report="revenue-by-channel"] .not-narrowed').innerText()).toBe(
      'All channels',
    )
    expect(await page.locator('.not-narrowed').count()).toBe(1)
  })
}
