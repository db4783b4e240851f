import axe from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { MillraceError } from '../../src/errors.ts'
import { type ElementsPage, startElementsPage } from './elements-page.ts'
import { launchBrowser } from './launch.ts'

const patient = { timeout: 30_000 }

let served: ElementsPage
let browser: Browser
let context: BrowserContext
let page: Page
/** What the browser complained of: errors of scripts, refusals of the content security policy. */
let complaints: string[] = []

beforeAll(async () => {
  ;[served, browser] = await Promise.all([startElementsPage(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await served?.close()
})
beforeEach(async () => {
  complaints = []
  served.reset()
  context = await browser.newContext({ viewport: { width: 1000, height: 800 }, locale: 'en-GB' })
  page = await context.newPage()
  page.on('console', (message) => {
    const isOfNetwork = message.text().startsWith('Failed to load resource')
    if (['error', 'warning'].includes(message.type()) && !isOfNetwork) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
})
afterEach(async () => {
  await context.close()
  expect(complaints).toEqual([])
})

const days = `params='{"from":"2026-11-01","to":"2026-12-01"}'`
const value = '<millrace-value report="booking-comparison" measure="revenue"></millrace-value>'
const spark = `<millrace-value report="booking-comparison" measure="bookings" spark="bookings-between" spark-${days}></millrace-value>`
const table = '<millrace-table report="active-findings" rows="3"></millrace-table>'
const bars = '<millrace-bars report="active-findings" measure="active" rows="3"></millrace-bars>'
const series = `<millrace-series report="bookings-between" ${days}></millrace-series>`
const each = [value, table, bars, series]
/** Of three shapes. */
const chosen = `<millrace-report name="active-findings"></millrace-report>
  <millrace-report name="booking-comparison"></millrace-report>
  <millrace-report name="bookings-between" ${days}></millrace-report>`
const kinds = 'millrace-value, millrace-table, millrace-bars, millrace-series'

/** Opens the page with these elements in it, for one who signs in with the token; by the host's cookie where it is null. */
async function show(markup: string, token: string | null = 'acme-all'): Promise<void> {
  await page.goto(served.url)
  await put(markup, token)
}

async function put(markup: string, token: string | null = 'acme-all'): Promise<void> {
  await page.evaluate(
    async ({ markup, token }) => {
      await customElements.whenDefined('millrace-reports')
      const reports = document.createElement('millrace-reports')
      reports.innerHTML = markup
      reports.endpoint = '/analytics'
      document.querySelector('main')?.append(reports)
      reports.token = token === null ? null : () => token
    },
    { markup, token },
  )
}

const reach = (state: string, count: number) =>
  expect.poll(() => page.locator(`:is(${kinds})[state="${state}"]`).count(), patient).toBe(count)
const asked = (path: string) => served.asked.get(`/analytics${path}`) ?? 0
const signIn = (token: string) =>
  page.evaluate((token) => {
    Object.assign(document.querySelector('millrace-reports') as object, { token: () => token })
  }, token)
const refresh = () => page.evaluate(() => document.querySelector('millrace-reports')?.refresh())
/** Two frames: what was to be painted has been. */
const painted = () =>
  page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))))
const heights = (selector = kinds) =>
  page.evaluate(
    (selector) => [...document.querySelectorAll(selector)].map((each) => each.getBoundingClientRect().height),
    selector,
  )
/** The greatest difference of any. */
const apart = (some: readonly number[], others: readonly number[]) =>
  Math.max(...some.map((each, at) => Math.abs(each - (others[at] as number))))
const words = (selector: string, part: string) => page.locator(`${selector} ${part}`).innerText()

/** What axe finds in the page as it is now. */
async function faults(): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<AxeResults> } }
    const { violations } = await axe.run()
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, target }) => `${id}: ${target.join(' ')} ${html.slice(0, 200)}`),
    )
  })
}
interface AxeResults {
  violations: { id: string; nodes: { html: string; target: string[] }[] }[]
}

test('eight elements of a page cost one request for data, one for the list, and one stream', async () => {
  await page.setViewportSize({ width: 1000, height: 2400 })
  await show([value, spark, table, bars, series, ...each.slice(1)].join(''))
  await reach('ready', 8)
  await expect.poll(served.listeners, patient).toBe(1)
  expect(Object.fromEntries(served.asked)).toEqual({
    '/': 1,
    '/elements.js': 1,
    '/analytics/reports': 1,
    '/analytics/reports/rows': 1,
    '/analytics/reports/events': 1,
  })
  expect(JSON.parse(served.bodies[0] as string).requests).toHaveLength(3)
})

test('nothing is read before it is about to be seen', async () => {
  await page.addInitScript(() => {
    let state: DocumentVisibilityState = 'hidden'
    Object.defineProperty(document, 'visibilityState', { get: () => state })
    Object.assign(window, {
      look: () => {
        state = 'visible'
        document.dispatchEvent(new Event('visibilitychange'))
      },
    })
  })
  await show(`${value}<svg width="10" height="5000"></svg>${table}`)
  await painted()
  expect(asked('/reports') + asked('/reports/rows') + asked('/reports/events')).toBe(0)
  await page.evaluate(() => (window as unknown as { look(): void }).look())
  await reach('ready', 1)
  expect(served.bodies.join()).not.toContain('active-findings')
  await page.locator('millrace-table').scrollIntoViewIfNeeded()
  await reach('ready', 2)
  expect(served.bodies).toHaveLength(2)
})

/** A layout shift as the browser tells of it. */
type Shift = PerformanceEntry & {
  readonly value: number
  readonly sources: readonly { readonly previousRect: DOMRect; readonly currentRect: DOMRect }[]
}

test('the page stands still from the first frame to the last figure', async () => {
  await page.addInitScript(() => {
    const shifts: string[] = []
    Object.assign(window, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[])
        shifts.push(
          entry.sources
            .map(({ previousRect, currentRect }) => `${entry.value} ${JSON.stringify([previousRect, currentRect])}`)
            .join(),
        )
    }).observe({ type: 'layout-shift', buffered: true })
  })
  let let_in = () => {}
  const held = new Promise<void>((resolve) => {
    let_in = resolve
  })
  served.before = () => held
  await page.setViewportSize({ width: 1000, height: 3600 })
  await show(each.join('') + chosen)
  await expect.poll(() => asked('/reports/rows'), patient).toBe(1)
  await painted()
  const [before, beforeChosen] = [await heights(), await heights('millrace-report')]
  let_in()
  // The four, and what the three stand for.
  await reach('ready', 9)
  await painted()
  expect(apart(await heights(), before)).toBeLessThan(1)
  expect(apart(await heights('millrace-report'), beforeChosen)).toBeLessThan(1)
  served.change = (answer) => ({ ...answer, rows: [] })
  served.commit('acme', ['active-findings', 'booking-comparison', 'bookings-between'])
  await reach('empty', 4)
  await painted()
  expect(apart(await heights(), before)).toBeLessThan(1)
  expect(apart(await heights('millrace-report'), beforeChosen)).toBeLessThan(1)
  expect(await page.evaluate(() => (window as unknown as { shifts: string[] }).shifts)).toEqual([])
})

test('what there is not is said in words: no figures in the period, an error with a way out, no permission', async () => {
  served.change = (answer) => ({ ...answer, rows: [] })
  await show(each.join(''))
  await reach('empty', 4)
  expect(await words('millrace-series', '.message')).toMatch(/^bookings: none for Nov 1\s–\s30, 2026$/)
  expect(await words('millrace-value', '.message')).toBe('revenue: none in this period')
  expect(await words('millrace-table', '.message')).toBe('Nothing to show for this choice.')

  await page.reload()
  served.before = () => {
    throw new MillraceError('STATEMENT_TIMEOUT', 'too long')
  }
  await put(each.join(''))
  await reach('failed', 4)
  let let_in = () => {}
  const held = new Promise<void>((resolve) => {
    let_in = resolve
  })
  served.before = () => held
  served.change = (answer) => answer
  await page.locator('millrace-table [part=retry]').focus()
  await page.keyboard.press('Enter')
  // What is read without being asked for never looks like loading.
  await reach('loading', 2)
  let_in()
  await reach('ready', 2)
  expect(await page.evaluate(() => document.activeElement?.localName)).toBe('millrace-table')

  await signIn('acme-bookings')
  await reach('absent', 2)
  for (const name of ['millrace-table', 'millrace-bars']) expect(await page.locator(name).isVisible()).toBe(false)
  expect(await page.evaluate(() => document.querySelector('millrace-table')?.shadowRoot?.textContent?.trim())).toBe('')
})

test('how current figures are is said in words, and good ones are kept', async () => {
  await show(value)
  await reach('ready', 1)
  const freshness = page.locator('millrace-value .freshness')
  const becomes = async (state: string, text: RegExp) => {
    await expect.poll(() => page.locator('millrace-value').getAttribute('freshness'), patient).toBe(state)
    expect(await freshness.innerText()).toMatch(text)
    expect(await words('millrace-value', '.value')).toBe('€180.10')
  }
  await becomes('fresh', /^As of (now|\d+ seconds ago)$/)
  const room = () => page.locator('millrace-value').boundingBox()
  const before = await room()
  served.change = (answer) => ({ ...answer, engine: 'replica', building: true, progress: 0.42 })
  await refresh()
  await becomes('building', /^As of (now|\d+ seconds ago); counters are being built \(42%\)$/)
  const bar = page.getByRole('progressbar', { name: 'Revenue' })
  expect(await bar.getAttribute('value')).toBe('0.42')
  // How far they have come is told by event, and moves nothing.
  await expect.poll(() => served.listeners(), patient).toBe(1)
  served.build('acme', 'booking-comparison', 0.5)
  await expect.poll(() => bar.getAttribute('value'), patient).toBe('0.5')
  served.build('acme', 'booking-comparison', null)
  await expect.poll(() => bar.getAttribute('value'), patient).toBeNull()
  expect(await room()).toEqual(before)
  served.change = (answer) => answer
  served.build('acme', 'booking-comparison', 'ready')
  await becomes('fresh', /^As of/)
  expect(await bar.count()).toBe(0)
  served.change = (answer) => answer
  served.before = () => {
    throw new MillraceError('STATEMENT_TIMEOUT', 'too long')
  }
  await refresh()
  await becomes('kept', /^Not refreshed: as of /)
  served.before = () => {}
  await refresh()
  await becomes('fresh', /^As of (now|\d+ seconds ago)$/)
  await context.setOffline(true)
  await becomes('offline', /^Offline: as of /)
  await context.setOffline(false)
  await becomes('fresh', /^As of (now|\d+ seconds ago)$/)
})

test('a report that nothing can answer before its counters are built says how far they have come, and then shows them', async () => {
  served.before = () => {
    throw new MillraceError('REPORT_BUILDING', 'not yet', { retryAfter: 15, progress: 0.2 })
  }
  await show(value + table)
  await reach('building', 2)
  const bars = page.getByRole('progressbar')
  expect(await bars.evaluateAll((all) => all.map((bar) => (bar as HTMLProgressElement).value))).toEqual([0.2, 0.2])
  expect(await page.locator('millrace-table footer').innerText()).toBe('Loading Active findings (20%)')
  await expect.poll(() => served.listeners(), patient).toBe(1)
  served.build('acme', 'active-findings', 0.4)
  await expect.poll(() => page.locator('millrace-table progress').getAttribute('value'), patient).toBe('0.4')
  // Said aloud once, and not at each step.
  expect(await words('millrace-table', '[role=status]')).toBe('Loading Active findings')
  expect(await page.locator('millrace-value progress').getAttribute('value')).toBe('0.2')
  served.before = () => {}
  served.build('acme', 'active-findings', 'ready')
  await expect.poll(() => page.locator('millrace-table').getAttribute('state'), patient).toBe('ready')
  expect(await page.locator('millrace-value').getAttribute('state')).toBe('building')
})

test('a page that is opened offline says so, and reads by itself once it can', async () => {
  await page.goto(served.url)
  await page.evaluate(() => customElements.whenDefined('millrace-reports'))
  await context.setOffline(true)
  await put(value)
  await reach('failed', 1)
  expect(await words('millrace-value', '.message')).toContain('You are offline.')
  expect(await page.locator('millrace-value [part=retry]').count()).toBe(0)
  await context.setOffline(false)
  await reach('ready', 1)
})

test('figures change in place: what stood there before stands there still', async () => {
  let bookings = 0
  served.change = (answer) => ({
    ...answer,
    rows: answer.rows.map((row) => ({ ...row, bookings: { current: bookings, previous: 1 } })),
  })
  await show('<millrace-value report="booking-comparison" measure="bookings"></millrace-value>')
  await reach('ready', 1)
  await page.evaluate(() => {
    const root = document.querySelector('millrace-value')?.shadowRoot as ShadowRoot
    Object.assign(window, { kept: [...root.querySelectorAll('*')] })
    const states: (string | null)[] = []
    new MutationObserver(() =>
      states.push(document.querySelector('millrace-value')?.getAttribute('state') ?? null),
    ).observe(document.querySelector('millrace-value') as Element, { attributes: true })
    Object.assign(window, { states })
  })
  bookings = 7
  served.commit('acme', ['booking-comparison'])
  await expect.poll(() => words('millrace-value', '.value'), patient).toBe('7')
  expect(
    await page.evaluate(() => {
      const { kept, states } = window as unknown as { kept: Element[]; states: string[] }
      const lost = kept.filter((each) => !each.isConnected && each.closest('.change') === null)
      return { lost: lost.map(({ className }) => className), states }
    }),
  ).toEqual({ lost: [], states: [] })
})

test('T1 a switch of tenants never shows the last one’s figures, not for a frame', async () => {
  const own = { 'acme-all': '€180.10', 'globex-all': '€7.77' }
  await show(each.join(''), 'acme-all')
  await reach('ready', 4)
  await page.evaluate((kinds) => {
    const seen: { at: string; text: string }[] = []
    const look = (at: string) => {
      const text = [...document.querySelectorAll(kinds)].map((each) => each.shadowRoot?.textContent ?? '').join(' ')
      seen.push({ at: `${at} ${document.documentElement.dataset.tenant}`, text })
    }
    for (const each of document.querySelectorAll(kinds))
      new MutationObserver(() => look('change')).observe(each.shadowRoot as ShadowRoot, {
        subtree: true,
        childList: true,
        characterData: true,
      })
    const frame = () => {
      look('frame')
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    Object.assign(window, { seen })
  }, kinds)
  const tokens = ['globex-all', 'acme-all'] as const
  for (let round = 0; round < 12; round++) {
    const token = tokens[round % 2] as (typeof tokens)[number]
    // Answers of the last tenant are under way at the moment of the switch, and come late.
    served.before = () => new Promise((resolve) => setTimeout(resolve, (round % 4) * 12))
    await refresh()
    await page.evaluate((token) => {
      Object.assign(document.querySelector('millrace-reports') as object, { token: () => token })
      // From the next frame on nothing of the other tenant may stand in the page.
      queueMicrotask(() => {
        document.documentElement.dataset.tenant = token
      })
    }, token)
    await expect.poll(() => words('millrace-value', '.value').catch(() => ''), patient).toBe(own[token])
  }
  const seen = await page.evaluate(() => (window as unknown as { seen: { at: string; text: string }[] }).seen)
  expect(seen.filter(({ at }) => at.startsWith('frame')).length).toBeGreaterThan(12)
  const foreign = { 'acme-all': /globex|7\.77/i, 'globex-all': /acme|180\.10/i }
  for (const [token, pattern] of Object.entries(foreign))
    expect(seen.filter(({ at, text }) => at === `frame ${token}` && pattern.test(text))).toEqual([])
})

test('T1 an element that is taken out of its reports keeps nothing of them, and reads anew when it is back', async () => {
  await show(value)
  await reach('ready', 1)
  await page.evaluate(() => document.querySelector('main')?.append(document.querySelector('millrace-value') as Element))
  await reach('loading', 1)
  await refresh()
  await painted()
  const text = () => page.evaluate(() => document.querySelector('millrace-value')?.shadowRoot?.textContent)
  expect(await text()).not.toContain('180.10')
  expect(await page.locator('millrace-value').getAttribute('state')).toBe('loading')
  await page.evaluate(() =>
    document.querySelector('millrace-reports')?.append(document.querySelector('millrace-value') as Element),
  )
  await reach('ready', 1)
})

/** Each is read, rendered and collected; a thousand are behind MILLRACE_LONG. */
const updatesOfMemory = process.env.MILLRACE_LONG === undefined ? 250 : 1_000

test(`memory is flat over ${updatesOfMemory} updates`, { timeout: 180_000 }, async () => {
  let updates = 0
  served.change = (answer) => ({
    ...answer,
    rows: answer.rows.map((row) =>
      'active' in row
        ? { ...row, active: Number(row.active) + updates }
        : { ...row, bookings: Number(row.bookings) + updates },
    ),
  })
  await show(`${table}${bars}${series}`)
  await reach('ready', 3)
  // The browser itself keeps what it knows of the last 250 requests.
  await page.evaluate(() => performance.setResourceTimingBufferSize(0))
  const devtools = await context.newCDPSession(page)
  const first = () => words('millrace-table tbody tr:first-child', 'td:nth-of-type(2)')
  const start = Number((await first()).replaceAll(/\D/g, ''))
  const commit = async (count: number) => {
    const until = updates + count
    // Each is told when the one before has been read.
    while (updates < until) {
      const read = asked('/reports/rows')
      updates++
      served.commit('acme', ['active-findings', 'bookings-between'])
      while (asked('/reports/rows') === read) await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await expect.poll(async () => Number((await first()).replaceAll(/\D/g, '')), patient).toBe(start + updates)
  }
  const used = async () => {
    await devtools.send('HeapProfiler.collectGarbage')
    const { usedSize } = (await devtools.send('Runtime.getHeapUsage')) as { usedSize: number }
    const { nodes, jsEventListeners } = await devtools.send('Memory.getDOMCounters')
    return { usedSize, nodes, jsEventListeners }
  }
  await commit(100)
  const before = await used()
  await commit(updatesOfMemory)
  const after = await used()
  expect(after.nodes - before.nodes).toBeLessThan(50)
  expect(after.jsEventListeners - before.jsEventListeners).toBeLessThan(10)
  // What the browser's own compiler learns in the first thousand; one answer that is kept each time would be 1,500 and more.
  expect((after.usedSize - before.usedSize) / 1024).toBeLessThan(updatesOfMemory === 250 ? 300 : 400)
})

test('a host’s cookie signs the reader in, and a token that is refused is renewed by the host', async () => {
  await context.addCookies([{ name: 'who', value: 'acme-all', url: served.url }])
  await show(value, null)
  await reach('ready', 1)
  await context.clearCookies()
  await page.reload()
  await put(value, 'expired')
  await reach('failed', 1)
  expect(await words('millrace-value', '.message')).toContain('You are no longer signed in.')
  await page.evaluate(() => {
    Object.assign(document.querySelector('millrace-reports') as object, {
      token: ({ expired }: { expired: boolean }) => (expired ? 'acme-all' : 'old'),
    })
  })
  await reach('ready', 1)
})

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing in any state of any element, in ${theme}`, async () => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.goto(served.url)
    await page.evaluate(() => {
      document.documentElement.style.colorScheme = 'light dark'
    })
    let let_in = () => {}
    const held = new Promise<void>((resolve) => {
      let_in = resolve
    })
    served.before = () => held
    await put(each.join(''))
    await expect.poll(() => asked('/reports/rows'), patient).toBe(1)
    const found: Record<string, string[]> = { loading: await faults() }
    let_in()
    await reach('ready', 4)
    found.ready = await faults()
    served.change = (answer) => ({ ...answer, engine: 'replica', building: true, progress: 0.4 })
    await refresh()
    await expect.poll(() => page.getByRole('progressbar').count(), patient).toBe(4)
    found.built = await faults()
    served.change = (answer) => answer
    served.before = () => {
      throw new MillraceError('REPLICA_UNAVAILABLE', 'away')
    }
    await refresh()
    await expect.poll(() => page.locator('[freshness="kept"]').count(), patient).toBe(4)
    found.kept = await faults()
    await signIn('acme-all')
    await reach('failed', 4)
    found.failed = await faults()
    served.before = () => {
      throw new MillraceError('REPORT_BUILDING', 'not yet', { progress: 0.4 })
    }
    await signIn('acme-all')
    await reach('building', 4)
    found.building = await faults()
    served.before = () => {}
    served.change = (answer) => ({ ...answer, rows: [] })
    await signIn('acme-all')
    await reach('empty', 4)
    found.empty = await faults()
    served.change = (answer) => answer
    await page.evaluate(() => document.querySelector('millrace-reports')?.remove())
    await put(chosen)
    await expect
      .poll(() => page.locator(`millrace-report :is(${kinds})[state=ready]`).count(), patient)
      .toBeGreaterThan(2)
    found.chosen = await faults()
    const states = ['loading', 'ready', 'built', 'kept', 'failed', 'building', 'empty', 'chosen']
    expect(found).toEqual(Object.fromEntries(states.map((state) => [state, []])))
  })
}

test('the look is the page’s own: its font, its theme, what it sets', async () => {
  await page.emulateMedia({ colorScheme: 'light' })
  await show(value)
  await reach('ready', 1)
  const look = () =>
    page.evaluate(() => {
      const card = document.querySelector('millrace-value')?.shadowRoot?.querySelector('section') as Element
      const { backgroundColor, fontFamily, borderTopLeftRadius } = getComputedStyle(card)
      return { backgroundColor, fontFamily, borderTopLeftRadius }
    })
  const style = (name: string, value: string) =>
    page.evaluate(
      ([name = '', value = '']) => document.querySelector('main')?.style.setProperty(name, value),
      [name, value],
    )
  await style('font-family', 'Georgia')
  const light = { backgroundColor: 'rgb(255, 255, 255)', fontFamily: 'Georgia', borderTopLeftRadius: '10px' }
  expect(await look()).toEqual(light)
  await style('color-scheme', 'dark')
  await style('--millrace-radius', '3px')
  expect(await look()).toEqual({ ...light, backgroundColor: 'rgb(23, 29, 37)', borderTopLeftRadius: '3px' })
  await style('color-scheme', 'light dark')
  expect((await look()).backgroundColor).toBe('rgb(255, 255, 255)')
  await page.emulateMedia({ colorScheme: 'dark' })
  expect((await look()).backgroundColor).toBe('rgb(23, 29, 37)')
})

test('the keyboard goes through what can be used in the order in which it stands there, and through nothing else', async () => {
  await show(`${value}${table}${bars}${series}`)
  await reach('ready', 4)
  const visited: string[] = []
  for (let step = 0; step < 6; step++) {
    await page.keyboard.press('Tab')
    visited.push(
      await page.evaluate(() => {
        const host = document.activeElement
        const inner = host?.shadowRoot?.activeElement
        return `${host?.localName} ${inner === null || inner === undefined ? '' : (inner.classList[0] ?? inner.localName)}`.trim()
      }),
    )
  }
  expect(visited).toEqual([
    'millrace-table scroll',
    'millrace-bars plot',
    'millrace-bars switch',
    'millrace-series plot',
    'millrace-series switch',
    'body',
  ])
})

test('a page from right to left reads from right to left, and nothing sticks out of it', async () => {
  await page.goto(served.url)
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl'
  })
  await put(each.join(''))
  await reach('ready', 4)
  await page.setViewportSize({ width: 360, height: 800 })
  await painted()
  const box = async (selector: string) => {
    const found = await page.locator(selector).first().boundingBox()
    if (found === null) throw new Error(`${selector} is not to be seen`)
    return { left: found.x, right: found.x + found.width }
  }
  const [card, heading] = [await box('millrace-value [part=card]'), await box('millrace-value [part=value]')]
  expect(heading.right).toBeGreaterThan(card.right - 40)
  const [first, second] = [
    await box('millrace-table thead th:nth-child(1)'),
    await box('millrace-table thead th:nth-child(2)'),
  ]
  expect(first.left).toBeGreaterThan(second.left)
  // Of "+12.5%" the sign stands where the words of its language have it.
  const [sign, end] = await page.locator('millrace-value .by').evaluate((change) => {
    const text = change.lastChild as Text
    return [text.data.search(/[+-]/), text.data.indexOf('%')].map((at) => {
      const range = document.createRange()
      range.setStart(text, at)
      range.setEnd(text, at + 1)
      return range.getBoundingClientRect().left
    })
  })
  expect(sign).toBeLessThan(end as number)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
})

test('motion stops where the reader wants none; forced colours and paper show what colours and buttons say', async () => {
  let let_in = () => {}
  const held = new Promise<void>((resolve) => {
    let_in = resolve
  })
  served.before = () => held
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await show(each.join(''))
  await expect.poll(() => asked('/reports/rows'), patient).toBe(1)
  const moving = () =>
    page.evaluate(
      (kinds) => [...document.querySelectorAll(kinds)].flatMap((each) => each.shadowRoot?.getAnimations() ?? []).length,
      kinds,
    )
  expect(await moving()).toBe(0)
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  expect(await moving()).toBeGreaterThan(0)
  let_in()
  await reach('ready', 4)
  await page.emulateMedia({ forcedColors: 'active' })
  expect(
    await page.evaluate(() => {
      const mark = document.querySelector('millrace-value')?.shadowRoot?.querySelector('.freshness') as Element
      return getComputedStyle(mark, '::before').backgroundColor
    }),
  ).not.toBe('rgba(0, 0, 0, 0)')
  await page.emulateMedia({ forcedColors: 'none', media: 'print' })
  expect(await page.locator(`:is(${kinds}) button:visible`).count()).toBe(0)
  expect(await page.locator('millrace-table tbody tr:visible').count()).toBe(2)
})
