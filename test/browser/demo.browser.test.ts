import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Demo, startDemo } from '../../examples/back-office/start-demo.ts'
import { query } from '../../src/embedded/database.ts'
import { launchBrowser } from './launch.ts'

let demo: Demo
let browser: Browser
let context: BrowserContext
let page: Page
/** What the browser complained of: errors of scripts, refusals of the content security policy, failed requests. */
let complaints: string[] = []

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([
    startDemo({ port: 0, seed: 1, years: 0.4, size: 0.3, rate: 0, progress: () => {} }),
    launchBrowser(),
  ])
  await demo.folded()
})
afterAll(async () => {
  await browser?.close()
  await demo?.close()
})

beforeEach(async () => {
  complaints = []
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })
  page = await context.newPage()
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
})
afterEach(async () => {
  await context.close()
})

async function signIn(tenant: string, role: string, where = '#sign-in'): Promise<void> {
  if (page.url() === 'about:blank') await page.goto(demo.url)
  await page.click(`${where} [data-tenant="${tenant}"][data-role="${role}"]`)
}

/** Ends when no element of the page waits for its figures. */
async function settled(): Promise<void> {
  await page.waitForSelector('millrace-value', { state: 'attached' })
  await page.waitForFunction(
    () =>
      document.querySelectorAll(':is(millrace-value, millrace-table):is([state="loading"], :not([state]))').length ===
      0,
  )
}

/** The address is followed by an event of its own: until the workspace is marked as the current one, the last still stands. */
async function opens(workspace: string): Promise<void> {
  await page.click(`nav a[href="#${workspace}"]`)
  await page.waitForSelector(`nav a[href="#${workspace}"][aria-current="page"]`)
}

async function signedIn(tenant: string, role: string): Promise<void> {
  await signIn(tenant, role)
  await settled()
}

const value = (report: string, measure: string) =>
  page.locator(`millrace-value[report="${report}"][measure="${measure}"]`)
const figure = (report: string, measure: string) => value(report, measure).locator('.value').innerText()
const rowsOf = (report: string) => page.locator(`millrace-table[report="${report}"] tbody tr`)
/** All that can be read of the office, in the elements' shadow trees too. */
const everything = () =>
  page.evaluate(() =>
    [...document.querySelectorAll('.bar *, #content *')]
      .flatMap((element) => [element, ...(element.shadowRoot?.querySelectorAll(':not(style)') ?? [])])
      .flatMap((element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE))
      .map((node) => node.textContent)
      .join(' '),
  )

/** By the oracle: SQL that shares nothing with Millrace, on the primary. */
async function bookingsOfThisMonth(schema: string, timeZone: string): Promise<string> {
  const [row] = await query<{ bookings: string }>(
    demo.primary,
    `select count(*) as bookings from "${schema}".booking
     where date_trunc('month', booked_at at time zone $1) = date_trunc('month', now() at time zone $1)`,
    [timeZone],
  )
  return new Intl.NumberFormat('en-GB').format(Number(row?.bookings))
}

test('a director sees both products with the figures of the database, and each says how current it is', async () => {
  await signedIn('havel', 'director')
  expect(await page.locator('#workspaces a').allInnerTexts()).toEqual(['Mobility', 'Security', 'Both engines'])
  expect(await figure('booking-comparison', 'bookings')).toBe(await bookingsOfThisMonth('havel', 'Europe/Berlin'))
  expect(await figure('revenue-comparison', 'revenue')).toMatch(/^€\d{1,3}(,\d{3})*$/)
  expect(await value('booking-comparison', 'bookings').locator('.change').innerText()).toMatch(
    /%\s+(better|worse)\s+from \d|No change/,
  )
  expect(await rowsOf('comparison-by-class').count()).toBe(5)
  expect(await rowsOf('revenue-by-channel').first().innerText()).toMatch(/App|Website|Partner/)
  for (const freshness of await page.locator('.freshness').allInnerTexts())
    expect(freshness).toMatch(/^As of (now|\d+ seconds ago)$/)

  await opens('security')
  await settled()
  const [open] = await query<{ open: string }>(
    demo.primary,
    `select count(*) as open from finding where tenant_id = 'havel' and resolved_at is null`,
  )
  expect(await figure('vulnerability-summary', 'active')).toBe(new Intl.NumberFormat('en').format(Number(open?.open)))
  const [today] = await rowsOf('vulnerability-trend').allInnerTexts()
  expect(today?.split(/\s+/).at(-1)).toBe(await figure('vulnerability-summary', 'active'))
  expect(await rowsOf('active-vulnerabilities').first().innerText()).toMatch(/^(Critical|High)/)
  expect(complaints).toEqual([])
})

test('T7 a dispatcher does not see that there are reports of revenue', async () => {
  const answers: string[] = []
  page.on('response', async (response) => {
    if (response.url().includes('/analytics/') && !response.url().endsWith('/events'))
      answers.push(await response.text())
  })
  await signedIn('havel', 'dispatcher')
  expect(await page.locator('#workspaces a').allInnerTexts()).toEqual(['Mobility', 'Both engines'])
  const revenue = page.locator(':is(millrace-value, millrace-table)[report^="revenue"]')
  expect(await revenue.count()).toBeGreaterThan(0)
  for (const element of await revenue.all()) expect(await element.isVisible()).toBe(false)
  expect(await everything()).not.toContain('€')
  expect(answers.join('')).not.toContain('EUR')
  expect(JSON.parse(answers.find((answer) => answer.startsWith('{"reports"')) ?? '').reports).toHaveLength(6)
  expect(complaints).toEqual([])
})

test('a viewer’s team narrows every report of findings to it', async () => {
  await signedIn('lumen', 'security-lead')
  const all = await figure('vulnerability-summary', 'active')
  await page.click('#who')
  await signIn('lumen', 'engineer', '#switch')
  await settled()
  const teams = await page
    .locator('millrace-table[report="active-vulnerabilities"] tbody td:nth-child(2)')
    .allInnerTexts()
  expect(new Set(teams)).toEqual(new Set(['payments']))
  const [own] = await query<{ own: string }>(
    demo.primary,
    `select count(*) as own from finding where tenant_id = 'lumen' and resolved_at is null and asset_group = 'payments'`,
  )
  expect(await figure('vulnerability-summary', 'active')).toBe(new Intl.NumberFormat('en').format(Number(own?.own)))
  expect(await figure('vulnerability-summary', 'active')).not.toBe(all)
  expect(complaints).toEqual([])
})

test('T1 no figure of the last customer is seen once another is signed in, however late it arrives', async () => {
  await signedIn('havel', 'director')
  const old = await figure('booking-comparison', 'bookings')
  const held: (() => Promise<void>)[] = []
  await page.route('**/analytics/reports/rows', async (route) => {
    const response = await route.fetch()
    held.push(() => route.fulfill({ response }).catch(() => {}))
  })
  await page.evaluate(() => document.querySelector('millrace-reports')?.refresh())
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
  expect(complaints).toEqual([])
})

test('what is written on the primary is seen, and a page that cannot refresh keeps its figures and says so', async () => {
  await signedIn('sumida', 'dispatcher')
  await query(
    demo.primary,
    `insert into sumida.booking (station_id, vehicle_class, channel, status, booked_on, booked_at, pickup_at, return_at,
       days, daily_rate, total)
     values (1, 'van', 'phone', 'confirmed', current_date, now(), now(), now(), 1, 10, 10)`,
  )
  await demo.caughtUp()
  const expected = await bookingsOfThisMonth('sumida', 'Asia/Tokyo')
  await page.evaluate(() => document.querySelector('millrace-reports')?.refresh())
  await expect.poll(() => figure('booking-comparison', 'bookings')).toBe(expected)
  expect(complaints).toEqual([])

  await page.route('**/analytics/**', (route) => route.abort())
  await page.evaluate(() => document.querySelector('millrace-reports')?.refresh())
  const freshness = value('booking-comparison', 'bookings').locator('.freshness')
  await expect.poll(() => freshness.innerText()).toMatch(/^Not refreshed: as of /)
  expect(await figure('booking-comparison', 'bookings')).toBe(expected)
  await page.unroute('**/analytics/**')
  await page.evaluate(() => document.querySelector('millrace-reports')?.refresh())
  await expect.poll(() => freshness.innerText()).toMatch(/^As of /)
})

test('the age of figures is told as it grows, and what is stale says so', async () => {
  await page.clock.install()
  await signedIn('sumida', 'dispatcher')
  const freshness = value('booking-comparison', 'bookings').locator('.freshness')
  expect(await freshness.innerText()).toBe('As of now')
  await page.evaluate(() => {
    for (const reports of document.querySelectorAll('millrace-reports')) reports.poll = 0
  })
  await page.clock.runFor(20_000)
  await expect.poll(() => freshness.innerText()).toBe('As of 20 seconds ago')
  await page.route('**/analytics/reports/rows', async (route) => {
    const response = await route.fetch()
    const body = (await response.text())
      .replaceAll('"stale":false', '"stale":true')
      .replaceAll(/"lagSeconds":[\d.e-]+/g, '"lagSeconds":400')
    await route.fulfill({ response, body })
  })
  await page.evaluate(() => document.querySelector('millrace-reports')?.refresh())
  await expect.poll(() => freshness.innerText()).toBe('Behind: as of 7 minutes ago')
  expect(complaints).toEqual([])
})

test('a report that cannot be read says so in the room it would have, and is read when asked again', async () => {
  await page.route('**/analytics/reports/rows', (route) => route.abort())
  await signIn('sumida', 'dispatcher')
  await page.waitForSelector('millrace-value[state="failed"]')
  const first = value('booking-comparison', 'bookings')
  const heights = [(await first.boundingBox())?.height]
  expect(await first.locator('section').innerText()).toMatch(/cannot be reached/)
  expect(await first.getByRole('status').innerText()).toMatch(/cannot be reached/)
  await page.unroute('**/analytics/reports/rows')
  await first.getByRole('button', { name: 'Try again' }).click()
  await expect.poll(() => first.getAttribute('state')).toBe('ready')
  heights.push((await first.boundingBox())?.height)
  expect(Math.abs((heights[0] ?? 0) - (heights[1] ?? 0))).toBeLessThanOrEqual(8)
})

test('the page’s own controls choose what a report is asked for, and all rows are one click away', async () => {
  await signedIn('lumen', 'security-lead')
  await page.selectOption('[data-severity]', 'critical')
  await expect.poll(() => rowsOf('active-vulnerabilities').allInnerTexts()).not.toContain('High')
  await settled()
  for (const row of await rowsOf('active-vulnerabilities').allInnerTexts()) expect(row).toMatch(/^Critical/)
  const trend = page.locator('millrace-table[report="vulnerability-trend"]')
  expect(await rowsOf('vulnerability-trend').count()).toBe(10)
  await trend.getByRole('button', { name: 'Show all 60 rows' }).click()
  expect(await rowsOf('vulnerability-trend').count()).toBe(60)
  expect(await trend.getByRole('button', { name: 'Show fewer rows' }).getAttribute('aria-expanded')).toBe('true')
  expect(complaints).toEqual([])
})

test('all elements of a page are read in one request', async () => {
  const bodies: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/rows')) bodies.push(request.postData() ?? '')
  })
  await signedIn('havel', 'director')
  const names = JSON.parse(bodies[0] ?? '').requests.map(({ report }: { report: string }) => report)
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted())
  expect(names).toHaveLength(8)
})

test('signing out leaves nothing, and a page that is opened again knows who is signed in', async () => {
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
  expect(complaints).toEqual([])
})

test.each(['light', 'dark'] as const)('at 360 pixels nothing is wider than the page, in %s', async (colorScheme) => {
  await page.setViewportSize({ width: 360, height: 780 })
  await page.emulateMedia({ colorScheme })
  await signedIn('havel', 'director')
  for (const workspace of ['mobility', 'security']) {
    await opens(workspace)
    await settled()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  }
  expect(complaints).toEqual([])
})

test('words, numbers and dates of the elements are in the page’s language', async () => {
  await signedIn('havel', 'director')
  await page.evaluate(() => {
    const reports = document.querySelector('millrace-reports')
    if (reports !== null) reports.locale = 'de'
  })
  await expect
    .poll(() => value('booking-comparison', 'bookings').locator('section').innerText())
    .toMatch(/Buchungen[\s\S]*(zuvor|Unverändert)[\s\S]*Stand: /)
  await page.waitForFunction(() => document.querySelectorAll('[state="loading"]').length === 0)
  expect(await figure('revenue-comparison', 'revenue')).toMatch(/\.\d{3}\s€$/)
  const table = await page.locator('millrace-table[report="bookings-by-day"] section').innerText()
  expect(table).toMatch(/Tag\s+Buchungen/)
  expect(table).not.toMatch(/Show|Mon |Day/)
})

/** The engines that the figures of the page came from, as its answers say. */
function enginesOfAnswers(): Set<string> {
  const engines = new Set<string>()
  page.on('response', async (response) => {
    if (!response.url().endsWith('/reports/rows')) return
    for (const { answer } of (await response.json().catch(() => ({ results: [] }))).results)
      if (answer !== undefined && answer.report !== 'revenue-by-channel') engines.add(answer.engine)
  })
  return engines
}

test('F1 the switch changes what answers, and no figure', async () => {
  const engines = enginesOfAnswers()
  await signedIn('havel', 'director')
  const ofStore = await everything()
  expect([...engines]).toEqual(['store'])
  expect(await page.locator('#engine-said').innerText()).toBe('Counters in PostgreSQL that follow the primary; 45 rollups')

  engines.clear()
  await page.getByRole('radio', { name: 'Reporting store' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction(() => document.querySelectorAll('[state="loading"]').length > 0)
  await settled()
  expect([...engines]).toEqual(['replica'])
  const figuresIn = (text: string) => text.replaceAll(/Counters.*rollups|One statement.*report|As of [a-z0-9 ]+/g, '')
  expect(figuresIn(await everything())).toBe(figuresIn(ofStore))
  expect(complaints).toEqual([])
})

test('while the store is built the page says so, and goes over to it by itself', async () => {
  const building = { state: 'building', store: 'PostgreSQL', ready: 7, wanted: 45, rows: 12_345 }
  await page.route('**/engines', (route) => route.fulfill({ json: building }))
  await signedIn('havel', 'director')
  const said = page.locator('#engine-said')
  await expect
    .poll(() => said.innerText())
    .toBe('Being built in PostgreSQL, 7 of 45 rollups are ready, 12,345 rows read; the replica answers until then')
  const again = page.waitForRequest((request) => request.url().endsWith('/analytics/reports/rows'))
  await page.unroute('**/engines')
  await expect.poll(() => said.innerText()).toBe('Counters in PostgreSQL that follow the primary; 45 rollups')
  await again
  expect(complaints).toEqual([])
})

test('a booking by the host is seen as soon as the server tells of it, long before the page would look again', async () => {
  await signedIn('hudson', 'operations')
  await page.evaluate(() => {
    for (const reports of document.querySelectorAll('millrace-reports')) reports.poll = 3600
  })
  const before = await figure('booking-comparison', 'bookings')
  await page.getByRole('button', { name: 'Book now' }).click()
  await expect.poll(() => figure('booking-comparison', 'bookings'), { timeout: 5_000 }).not.toBe(before)
  expect(await figure('booking-comparison', 'bookings')).toBe(await bookingsOfThisMonth('hudson', 'America/New_York'))
  await expect
    .poll(() => page.locator('#book .said').innerText())
    .toMatch(
      /^Booked in [\d.]+ m?s; the store answered with it [\d.]+ m?s later, and the page showed it after [\d.]+ m?s$/,
    )
  expect(complaints).toEqual([])
})

/** Ends when every report has been asked for on both engines. */
const compared = () => page.waitForSelector('[data-compare]:not([disabled])')

test('F1 side by side both engines say the same of every report', async () => {
  await signedIn('havel', 'director')
  await opens('engines')
  await compared()
  const verdicts = await page.locator('.comparison .verdict').allInnerTexts()
  expect(verdicts.filter((verdict) => verdict.includes('Equal'))).toHaveLength(11)
  expect(verdicts.filter((verdict) => !verdict.includes('Equal'))).toEqual(['Replica only'])
  const bookings = page.locator('[data-report="booking-comparison"]')
  for (const side of await bookings.locator('.side').all()) {
    expect(await side.locator('.took').innerText()).toMatch(/^[\d.]+ m?s$/)
    expect(await side.locator('.current').innerText()).toMatch(/^As of /)
    expect(await side.locator('td.number').first().innerText()).toBe(
      await bookingsOfThisMonth('havel', 'Europe/Berlin'),
    )
  }
  expect(await page.locator('[data-comparisons] [data-outcome]').innerText()).toMatch(/^All 11 are equal\. /)
  expect(complaints).toEqual([])
})

test('T7 side by side there is no report that the role may not see', async () => {
  await signedIn('havel', 'dispatcher')
  await opens('engines')
  await compared()
  const shown = await page
    .locator('.comparison')
    .evaluateAll((cards) => cards.map((card) => card.getAttribute('data-report')))
  expect(shown).toHaveLength(6)
  expect(shown.filter((report) => report?.startsWith('revenue'))).toEqual([])
  expect(await page.locator('[data-three-ways]').isVisible()).toBe(false)
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
  await signedIn('lumen', 'engineer')
  await opens('engines')
  await compared()
  await page.click('[data-run]')
  const outcome = page.locator('[data-three-ways] [data-outcome]')
  await expect
    .poll(() => outcome.innerText(), { timeout: 50_000 })
    .toMatch(/^All figures are equal, at the same position: /)
  expect(await page.locator('.way .took').allInnerTexts()).toHaveLength(3)
  await page.getByText('The SQL').first().click()
  expect(await page.locator('.way pre').first().innerText()).toMatch(/^select count/)
  expect(complaints).toEqual([])
})

test.each(['light', 'dark'] as const)(
  'at 375 pixels both engines side by side are no wider than the page, in %s',
  async (colorScheme) => {
    await page.setViewportSize({ width: 375, height: 780 })
    await page.emulateMedia({ colorScheme })
    await signedIn('havel', 'director')
    await opens('engines')
    await compared()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375)
    expect(complaints).toEqual([])
  },
)

test('without the store figures are kept and said to be old, none comes from the replica, and it goes on by itself', async () => {
  const engines = enginesOfAnswers()
  await signedIn('sumida', 'dispatcher')
  const freshness = value('booking-comparison', 'bookings').locator('.freshness')
  const before = await figure('booking-comparison', 'bookings')
  await demo.store.stop('immediate')
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
  expect([...engines]).toEqual(['store'])
})
