import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { launchBrowser } from '../../test/browser/launch.ts'
import { startDemo } from './start-demo.ts'

/** The pictures of the documentation. */
const pictures: readonly (BrowserContextOptions & {
  readonly file: string
  readonly tenant: string
  readonly role: string
  readonly workspace: string
  /** What stands at the top of the picture, where it is not the page. */
  readonly top?: string
  /** What is pressed first; the picture is of what then has been told. */
  readonly opens?: string
})[] = [
  {
    file: 'back-office.png',
    tenant: 'havel',
    role: 'director',
    workspace: 'mobility',
    viewport: { width: 1280, height: 1180 },
  },
  {
    file: 'back-office-dark.png',
    tenant: 'lumen',
    role: 'security-lead',
    workspace: 'security',
    viewport: { width: 1280, height: 1180 },
    colorScheme: 'dark',
  },
  {
    file: 'both-engines.png',
    tenant: 'havel',
    role: 'director',
    workspace: 'engines',
    viewport: { width: 1280, height: 1180 },
    top: '[data-comparisons]',
  },
  {
    file: 'how-it-is-answered.png',
    tenant: 'havel',
    role: 'director',
    workspace: 'mobility',
    viewport: { width: 1280, height: 900 },
    opens: 'millrace-series[report="bookings-by-day"] .how',
  },
  {
    file: 'back-office-narrow.png',
    tenant: 'hudson',
    role: 'operations',
    workspace: 'mobility',
    viewport: { width: 360, height: 780 },
    deviceScaleFactor: 2,
  },
]
/** The same day each time, at an hour when much of it has passed. */
const at = Date.UTC(2026, 10, 18, 15)
const folder = join(import.meta.dirname, '../../docs/images')

async function take(browser: Browser, url: string, picture: (typeof pictures)[number]): Promise<void> {
  const { file, tenant, role, workspace, top, opens, ...options } = picture
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  await page.clock.setFixedTime(at)
  await page.goto(`${url}/#${workspace}`)
  await page.click(`#sign-in [data-tenant="${tenant}"][data-role="${role}"]`)
  await page.waitForSelector(workspace === 'engines' ? '[data-compare]:not([disabled])' : 'millrace-value')
  // What is below the picture is not read.
  await page.waitForFunction(() =>
    [...document.querySelectorAll('millrace-reports [report]')].every(
      (element) =>
        element.getBoundingClientRect().top > innerHeight ||
        ['ready', 'absent'].includes(element.getAttribute('state') ?? ''),
    ),
  )
  if (opens !== undefined) {
    await page.click(opens)
    await page.waitForSelector('.facts')
  }
  if (top !== undefined) await page.locator(top).evaluate((element) => element.scrollIntoView())
  await page.screenshot({ path: join(folder, file), animations: 'disabled' })
  await context.close()
  console.log(`docs/images/${file}`)
}

await mkdir(folder, { recursive: true })
const demo = await startDemo({ port: 0, seed: 1, years: 3, size: 1, rate: 0, at, progress: console.log })
await demo.folded()
const browser = await launchBrowser()
try {
  for (const picture of pictures) await take(browser, demo.url, picture)
} finally {
  await browser.close()
  await demo.close()
}
