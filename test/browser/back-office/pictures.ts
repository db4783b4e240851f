import { expect, test } from 'vitest'
import { differences } from '../page-difference.ts'
import { readBaseline, takePicture, writeBaseline } from '../page-picture.ts'
import { compared } from './engines.ts'
import { nothingToComplainOf, office, opens, settled, signedIn } from './office.ts'

const widths = [1280, 768, 360]
const themes = ['light', 'dark'] as const

/** At three widths, none of which it is wider than, and in both themes; `MILLRACE_BASELINES=write` takes what is there as what should be. */
async function heldAgainstBaselines(name: string): Promise<void> {
  const { page } = office
  const found: Record<string, readonly string[]> = {}
  for (const width of widths) {
    await page.setViewportSize({ width, height: 5400 })
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await drawn()
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
      const file = `${name}-${width}-${colorScheme}`
      const picture = await takePicture(page)
      if (process.env.MILLRACE_BASELINES === 'write') await writeBaseline(file, picture)
      const baseline = await readBaseline(file)
      const different = baseline === undefined ? ['has no baseline'] : differences(picture, baseline)
      if (different.length > 0) found[file] = different
    }
  }
  expect(found).toEqual({})
}

/** Ends when the charts have been drawn for the room that they now have: after that nothing of the page is on its way. */
const drawn = () =>
  office.page.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame)
    const pending = () =>
      Promise.all(
        [...document.querySelectorAll('millrace-reports [report]')].map(
          (each) => (each as unknown as { updateComplete?: Promise<boolean> }).updateComplete,
        ),
      )
    for (let turn = 0; turn < 3; turn++) {
      await frame()
      await pending()
    }
  })

export function pictures(): void {
  test('the sign-in looks as it should', async () => {
    await office.page.goto(office.demo.url)
    await office.page.waitForSelector('#sign-in .customer')
    await heldAgainstBaselines('sign-in')
  })

  test('the mobility workspace looks as it should', async () => {
    await signedIn('havel', 'director')
    await heldAgainstBaselines('mobility')
    nothingToComplainOf()
  })

  test('the page of both engines looks as it should', async () => {
    await signedIn('lumen', 'security-lead')
    await opens('engines')
    await compared()
    await heldAgainstBaselines('engines')
    nothingToComplainOf()
  })

  test('the security workspace looks as it should', async () => {
    await signedIn('havel', 'director')
    await opens('security')
    await settled()
    await heldAgainstBaselines('security')
    nothingToComplainOf()
  })
}
