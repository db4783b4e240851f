import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { nothingToComplainOf, office, opens, settled, signedIn } from './office.ts'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong with the page as it is, each with where. */
export async function axeFinds(rules?: readonly string[]): Promise<readonly string[]> {
  await office.page.evaluate(axe)
  return office.page.evaluate(async (runOnly) => {
    const { violations } = await (
      globalThis as unknown as { axe: { run(options: object): Promise<{ violations: readonly Violation[] }> } }
    ).axe.run(runOnly === undefined ? {} : { runOnly })
    interface Violation {
      readonly id: string
      readonly nodes: readonly { readonly target: unknown; readonly failureSummary: string }[]
    }
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${JSON.stringify(target)}: ${failureSummary}`),
    )
  }, rules)
}

/** Without a mouse, without eyes, on a small screen, and on paper. */
export function accessible(): void {
  test('axe finds nothing on any page, in light and in dark', async () => {
    const { page, demo } = office
    const themes = async () => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        // What changes with the theme are the colours.
        expect(await axeFinds(colorScheme === 'dark' ? ['color-contrast'] : undefined)).toEqual([])
      }
    }
    await page.goto(demo.url)
    await page.waitForSelector('#sign-in:not([hidden])')
    await themes()
    await signedIn('havel', 'director')
    await themes()
    await page.click('#who')
    expect(await axeFinds()).toEqual([])
    await page.keyboard.press('Escape')
    await page.click('#how')
    await page.waitForSelector('.facts')
    await themes()
    await page.keyboard.press('Escape')
    await opens('security')
    await settled()
    await page.click('[data-filter="team"] summary')
    await themes()
  })

  test('the keyboard goes through the page in its order, and what it reaches is in sight', async () => {
    const { page } = office
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await signedIn('lumen', 'security-lead')
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.locator('.skip').focus()
    const reached: string[] = []
    let last = ''
    for (let step = 0; step < 60 && last !== '[Book]'; step++) {
      await page.keyboard.press('Tab')
      last = await page.evaluate(() => {
        let at = document.activeElement
        const host = at
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
        const box = at?.getBoundingClientRect()
        const isSeen = box !== undefined && box.bottom > 0 && box.top < innerHeight
        const name = host?.id || host?.getAttribute('report') || host?.className || host?.textContent || ''
        return host?.closest('#book') ? '[Book]' : `${name}${isSeen ? '' : ' out of sight'}`
      })
      reached.push(last)
    }
    expect(reached.filter((name) => name.endsWith('out of sight'))).toEqual([])
    const order = reached.filter((name, at) => name !== reached[at - 1])
    expect(order.slice(0, 6)).toEqual(['brand', 'Security', 'Both engines', 'theme', 'who', 'SeverityAll severities'])
    expect(order.at(-1)).toBe('[Book]')
    for (const report of ['active-vulnerabilities', 'vulnerability-trend', 'time-to-resolve'])
      expect(order).toContain(report)
    nothingToComplainOf()
  })

  test('the skip link leads to the figures, and the theme is kept for the next time', async () => {
    const { page } = office
    await page.emulateMedia({ colorScheme: 'light' })
    await signedIn('lumen', 'security-lead')
    await page.locator('.skip').focus()
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content')
    const theme = page.getByRole('button', { name: 'Dark theme' })
    expect(await theme.getAttribute('aria-pressed')).toBe('false')
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await background()
    await theme.click()
    expect(await theme.getAttribute('aria-pressed')).toBe('true')
    const dark = await background()
    expect(dark).not.toBe(light)
    await page.reload()
    await settled()
    expect(await background()).toBe(dark)
    expect(await theme.getAttribute('aria-pressed')).toBe('true')
    nothingToComplainOf()
  })

  test('at 360 pixels nothing that is opened is wider than the page, and on paper there are no controls', async () => {
    const { page } = office
    await page.setViewportSize({ width: 360, height: 4500 })
    await signedIn('havel', 'director')
    const isAsWide = async () => expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    await page.click('[data-filter="channel"] summary')
    await isAsWide()
    await page.keyboard.press('Escape')
    await page.click('#how')
    await page.waitForSelector('.facts')
    await isAsWide()
    await page.keyboard.press('Escape')
    await page.emulateMedia({ media: 'print' })
    for (const control of ['.bar', '.demo', '#how', '.how >> nth=0'])
      expect(await page.locator(control).isVisible()).toBe(false)
    nothingToComplainOf()
  })
}
