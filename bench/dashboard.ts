import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser } from '../test/browser/launch.ts'
import { watchMachine } from './machine-load.ts'
import { quantile } from './statistics.ts'
import { milliseconds, printTable, whole } from './table.ts'
import { printVerdict } from './verdict.ts'

const [loads, commits] = [40, 100]
const most = { load: 500, painted: 1_000 }
/** The customer with a fifth of all findings, and two that are smaller. */
const customers = ['alder-bank', 'ember-energy', 'juniper-telecom']

/** What is measured in the page itself. */
interface Seen {
  readonly milliseconds: number
  readonly elements: number
}

/** The demo's dashboard in a browser: how soon it is there, and how soon a commit is in it. */
export async function dashboard({ rows }: { readonly rows: number }): Promise<void> {
  const demo = await startDemo(rows)
  const browser = await launchBrowser()
  const loadOf = watchMachine()
  const found: { customer: string; seen: Seen[]; requests: number[] }[] = []
  let painted: number[] = []
  try {
    for (const customer of customers) {
      const context = await signedIn(browser, demo.url, customer)
      if (context === undefined) continue
      const { seen, requests } = await loaded(context, demo.url)
      found.push({ customer, seen, requests })
      if (found.length === 1) painted = await committed(context, demo.url)
      await context.close()
    }
  } finally {
    await browser.close()
    await demo.close()
  }
  print(rows, found, painted, loadOf)
}

function print(
  rows: number,
  found: readonly { readonly customer: string; readonly seen: readonly Seen[]; readonly requests: readonly number[] }[],
  painted: readonly number[],
  loadOf: ReturnType<typeof watchMachine>,
): void {
  const load = loadOf()
  const at = (values: readonly number[], share: number) => milliseconds(quantile(values, share))
  const times = (seen: readonly Seen[]) => seen.map((each) => each.milliseconds)
  console.log(`${whole(rows)} findings of 100 tenants, from the store; ${loads} loads each, ${commits} commits:\n`)
  printTable(
    ['navigation to last chart painted', 'p50', 'p95', 'elements', 'data requests'],
    found.map(({ customer, seen, requests }) => [
      customer,
      at(times(seen), 0.5),
      at(times(seen), 0.95),
      String(Math.max(...seen.map(({ elements }) => elements))),
      String(Math.max(...requests)),
    ]),
  )
  console.log(`\n  from a write to painted: p50 ${at(painted, 0.5)}, p95 ${at(painted, 0.95)}`)
  const slowest = Math.max(...found.map(({ seen }) => quantile(times(seen), 0.95)))
  printVerdict(slowest <= most.load, `p95 of loading ${milliseconds(slowest)}; at most ${most.load} ms`, load)
  const p95 = quantile(painted, 0.95)
  printVerdict(
    p95 <= most.painted,
    `p95 from a write to painted ${milliseconds(p95)}; at most ${most.painted} ms`,
    load,
  )
  const requests = Math.max(...found.flatMap((each) => each.requests))
  printVerdict(requests === 1, `${requests} data request for all elements of the page; one`, load)
}

/** The demo as a command, in a process of its own, once its store is built. Its traffic is off: what is written is what is measured. */
async function startDemo(findings: number): Promise<{ url: string; close(): Promise<void> }> {
  const flags = ['--findings', String(findings), '--port', '0', '--rate', '0']
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/back-office/demo.ts', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    said += text
  })
  while (!said.includes('The store follows the primary') || !said.includes('Ctrl-C stops')) {
    if (child.exitCode !== null) throw new Error(`the demo has ended:\n${said}`)
    await once(child.stdout, 'data')
  }
  return { url: /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? '', close: () => ended(child) }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGINT')
  await once(child, 'exit')
}

/** A browser in which somebody is signed in; undefined where the demo has no such customer. */
async function signedIn(browser: Browser, url: string, tenant: string): Promise<BrowserContext | undefined> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 2400 } })
  const response = await context.request.post(`${url}/session`, { data: { tenant, role: 'security-lead' } })
  if (response.ok()) return context
  await context.close()
  return undefined
}

/**
 * Loads the page again and again, as who comes back to it in the course of a day: the browser has its scripts, and asks whether they
 * are still what it has.
 */
async function loaded(context: BrowserContext, url: string): Promise<{ seen: Seen[]; requests: number[] }> {
  const [seen, requests]: [Seen[], number[]] = [[], []]
  for (let turn = -3; turn < loads; turn++) {
    const page = await context.newPage()
    let asked = 0
    page.on('request', (request) => {
      if (request.url().endsWith('/reports/rows')) asked++
    })
    await page.goto(`${url}/#security`, { waitUntil: 'commit' })
    const found = await lastPainted(page)
    if (turn >= 0) {
      seen.push(found)
      requests.push(asked)
    }
    await page.close()
  }
  return { seen, requests }
}

/** Since the navigation began, by the browser's own clock: until the frame after the one in which every element has its figures. */
const lastPainted = (page: Page): Promise<Seen> =>
  page.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame)
    const elements = () => [...document.querySelectorAll('millrace-reports [report]')]
    const isReady = (element: Element) => ['ready', 'empty', 'absent'].includes(element.getAttribute('state') ?? '')
    while (elements().length === 0 || !elements().every(isReady)) await frame()
    await frame()
    return { milliseconds: performance.now(), elements: elements().length }
  })

/** Writes by the host's own way, and waits until the open page has painted the figure. From before the write, so that it counts, too. */
async function committed(context: BrowserContext, url: string): Promise<number[]> {
  const page = await context.newPage()
  await page.goto(`${url}/#security`)
  await lastPainted(page)
  const painted = await page.evaluate(async (commits) => {
    const frame = () => new Promise(requestAnimationFrame)
    // Nothing is asked for by itself: what is seen has been told of.
    document.querySelector('millrace-reports')?.setAttribute('poll', '3600')
    const shown = document.querySelector('millrace-value[report="vulnerability-summary"][measure="active"]')
    const figure = () => shown?.shadowRoot?.querySelector('.value')?.textContent
    const taken: number[] = []
    for (let turn = -5; turn < commits; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 100 + 400 * Math.random()))
      const before = figure()
      const began = performance.now()
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ product: 'security' })
      const writing = fetch('/book', { method: 'POST', headers, body })
      while (figure() === before && performance.now() - began < 20_000) await frame()
      await frame()
      if (turn >= 0) taken.push(performance.now() - began)
      await writing
    }
    return taken
  }, commits)
  await page.close()
  return painted
}
