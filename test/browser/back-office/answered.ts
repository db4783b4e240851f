import { expect, test } from 'vitest'
import { nothingToComplainOf, office, signedIn } from './office.ts'

/** The drawer that tells how a report was answered. */
export function answered(): void {
  test('the drawer tells what each engine read for a report, with what is chosen', async () => {
    const { page, demo } = office
    await page.goto(`${demo.url}/#mobility?class=van`)
    await signedIn('havel', 'director')
    const drawer = page.getByRole('dialog', { name: 'How it is answered' })
    const chart = page.locator('millrace-series[report="bookings-by-week"]')
    await chart.getByRole('button', { name: 'How it is answered' }).click()
    await drawer.locator('.facts').waitFor()
    expect(await drawer.getByRole('combobox').inputValue()).toBe('bookings-by-week')
    expect(await drawer.locator('.answered-engine').innerText()).toMatch(/^[\d.]+ m?s by the reporting store/)
    expect(await drawer.locator('.facts').innerText()).toMatch(
      /Current\s+As of [\s\S]*Answer\s+8 rows[\s\S]*Read\s+\d+ counters in \d+ ranges?/,
    )
    expect(await drawer.locator('pre').first().innerText()).toMatch(/from "booking" t\s+where t\."vehicle_class"/)
    expect(await drawer.locator('.values li').first().innerText()).toBe('van')
    await drawer.getByText('The database’s plan').click()
    expect(await drawer.locator('pre').last().innerText()).toMatch(/Scan/)

    await drawer.getByRole('combobox').selectOption('revenue-by-channel')
    await expect.poll(() => drawer.locator('.answered-engine').innerText()).toMatch(/by the replica/)
    expect(await drawer.locator('.facts').innerText()).not.toContain('counters')
    await page.keyboard.press('Escape')
    expect(await drawer.isVisible()).toBe(false)
    nothingToComplainOf()
  })

  test('T7 nobody is told how a report is answered that they may not read', async () => {
    const { page } = office
    await signedIn('havel', 'dispatcher')
    const asked = (report: string, signedIn = true) =>
      page.evaluate(
        async ([report, credentials]) => {
          const headers = { 'content-type': 'application/json' }
          const body = JSON.stringify({ report })
          const init = { method: 'POST', headers, body, credentials: credentials as RequestCredentials }
          const response = await fetch('/answered', init)
          return [response.status, await response.text()] as const
        },
        [report, signedIn ? 'same-origin' : 'omit'],
      )
    expect((await asked('booking-comparison'))[0]).toBe(200)
    expect((await asked('booking-comparison', false))[0]).toBe(401)
    const [status, text] = await asked('revenue-comparison')
    expect(status).toBe(404)
    expect([status, text]).toEqual(await asked('no-such-report'))
    await page.click('#how')
    await page.waitForSelector('.facts')
    const choices = await page.locator('#answered-report option').allTextContents()
    expect(choices.length).toBeGreaterThan(0)
    expect(choices.join()).not.toContain('Revenue')
  })
}
