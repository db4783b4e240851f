import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { type Demo, startDemo } from '../../../examples/back-office/start-demo.ts'
import { query } from '../../../src/embedded/database.ts'
import { launchBrowser } from '../launch.ts'

/** The moment that the demo's clock stands at, and the page's. */
export const moment = Date.UTC(2026, 10, 18, 13)

/** The demo's back office in a browser: started once, with a page of its own for each test. */
export interface Office {
  demo: Demo
  browser: Browser
  context: BrowserContext
  page: Page
  /** What the browser complained of: errors of scripts, refusals of the content security policy, failed requests. */
  complaints: string[]
}

export const office = { complaints: [] } as unknown as Office

export async function openOffice(): Promise<void> {
  ;[office.demo, office.browser] = await Promise.all([
    startDemo({ port: 0, seed: 1, years: 0.4, size: 0.3, rate: 0, at: moment, progress: () => {} }),
    launchBrowser(),
  ])
  await office.demo.folded()
}

export async function closeOffice(): Promise<void> {
  await office.browser?.close()
  await office.demo?.close()
}

export async function openPage(): Promise<void> {
  office.complaints = []
  // As tall as the page: what is not in sight is not read.
  office.context = await office.browser.newContext({ viewport: { width: 1280, height: 2600 }, locale: 'en-GB' })
  const page = await office.context.newPage()
  await page.clock.setFixedTime(moment)
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) office.complaints.push(message.text())
  })
  page.on('pageerror', (error) => office.complaints.push(error.message))
  office.page = page
}

export const closePage = (): Promise<void> => office.context.close()

export async function signIn(tenant: string, role: string, where = '#sign-in'): Promise<void> {
  const { page, demo } = office
  if (page.url() === 'about:blank') await page.goto(demo.url)
  await page.click(`${where} [data-tenant="${tenant}"][data-role="${role}"]`)
}

/** Ends when no element of the page waits for its figures. */
export async function settled(): Promise<void> {
  await office.page.waitForSelector('millrace-reports [report]', { state: 'attached' })
  await office.page.waitForFunction(() =>
    [...document.querySelectorAll('millrace-reports [report]')].every((element) =>
      ['ready', 'empty', 'absent', 'failed', 'stale', 'offline'].includes(element.getAttribute('state') ?? ''),
    ),
  )
}

export async function signedIn(tenant: string, role: string): Promise<void> {
  await signIn(tenant, role)
  await settled()
}

/** The address is followed by an event of its own: until the workspace is marked as the current one, the last still stands. */
export async function opens(workspace: string): Promise<void> {
  await office.page.click(`nav a[href="#${workspace}"]`)
  await office.page.waitForSelector(`nav a[href="#${workspace}"][aria-current="page"]`)
}

export const refresh = (): Promise<void> =>
  office.page.evaluate(() => document.querySelector('millrace-reports')?.refresh())

export const value = (report: string, measure: string): Locator =>
  office.page.locator(`millrace-value[report="${report}"][measure="${measure}"]`)
export const figure = (report: string, measure: string): Promise<string> =>
  value(report, measure).locator('.value').innerText()
export const rowsOf = (report: string): Locator => office.page.locator(`millrace-table[report="${report}"] tbody tr`)

/** All that can be read of the office, in the elements' shadow trees too. */
export const everything = (): Promise<string> =>
  office.page.evaluate(() =>
    [...document.querySelectorAll('.bar *, #content *')]
      .flatMap((element) => [element, ...(element.shadowRoot?.querySelectorAll(':not(style)') ?? [])])
      .flatMap((element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE))
      .map((node) => node.textContent)
      .join(' '),
  )

export const numberText = (value: unknown): string => new Intl.NumberFormat('en-GB').format(Number(value))

/** By the oracle: SQL that shares nothing with Millrace, on the primary. */
export async function bookingsOfThisMonth(schema: string, timeZone: string): Promise<string> {
  const [row] = await query<{ bookings: string }>(
    office.demo.primary,
    `select count(*) as bookings from "${schema}".booking
     where date_trunc('month', booked_at at time zone $1) = date_trunc('month', $2::timestamptz at time zone $1)`,
    [timeZone, new Date(moment)],
  )
  return numberText(row?.bookings)
}

export async function openFindings(where: string): Promise<string> {
  const [row] = await query<{ open: string }>(
    office.demo.primary,
    `select count(*) as open from finding where resolved_at is null and ${where}`,
  )
  return numberText(row?.open)
}

export const nothingToComplainOf = (): void => expect(office.complaints).toEqual([])
