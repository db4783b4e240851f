import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import * as sample from '../../test/browser/chart-answers.ts'
import { launchBrowser } from '../../test/browser/launch.ts'
import { type ElementsServer, serveElements } from '../../test/browser/serve-elements.ts'
import type { ReportAnswer } from '../http/wire.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const periods = `periods='{"current":"This month","previous":"Last month"}'`

let served: ElementsServer
let browser: Browser
let context: BrowserContext
let page: Page
let complaints: string[] = []

beforeAll(async () => {
  ;[served, browser] = await Promise.all([serveElements(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await served?.close()
})
beforeEach(() => {
  complaints = []
  served.style = ':root { color-scheme: light dark } body { margin: 0; padding: 8px }'
  served.answers.clear()
  const answers = {
    trend: sample.trend(),
    channels: sample.byChannel(),
    many: sample.byChannel(10),
    gaps: sample.gaps(),
    profit: sample.profit(),
    comparison: sample.comparison(),
    hours: sample.hours(),
    ranking: sample.ranking(8),
    below: sample.rankingBelowZero(),
    cancelled: sample.rankingComparison(),
  }
  for (const [name, answer] of Object.entries(answers)) served.answers.set(name, answer)
})
afterEach(async () => {
  await context?.close()
  expect(complaints).toEqual([])
})

/** Opens a page with these elements, all of them near to what is seen, and waits until each has its figures unless told not to. */
async function open(body: string, options: BrowserContextOptions = {}, isAwaited = true): Promise<void> {
  served.pages.set('/', body)
  context = await browser.newContext({ viewport: { width: 700, height: 1_600 }, locale: 'en-GB', ...options })
  page = await context.newPage()
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${served.url}/`)
  if (!isAwaited) return
  await page.locator('millrace-reports > :not([state="ready"], h2)').first().waitFor({ state: 'detached' })
  const plots = page.locator('millrace-series .plot')
  await expect.poll(async () => (await plots.locator('> svg > .axis').count()) - 2 * (await plots.count())).toBe(0)
}

const only = (name: string): Locator => page.locator(name)
const box = async (locator: Locator) => {
  const found = await locator.boundingBox()
  if (found === null) throw new Error('it has no box')
  return found
}
const boxes = (locator: Locator): Promise<{ x: number; y: number; width: number; height: number }[]> =>
  locator.evaluateAll((elements) =>
    elements.map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect()
      return { x, y, width, height }
    }),
  )
interface Column {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The columns of a chart, as its paths say. */
async function columnsOf(chart: Locator): Promise<Column[]> {
  const paths = await chart
    .locator('.plot .column')
    .evaluateAll((all) => all.map((each) => each.getAttribute('d') ?? ''))
  return [...paths.join('').matchAll(/M(\S+) (\S+?)h([\d.]+)v([\d.]+)/g)].map(([, ...numbers]) => {
    const [x = 0, y = 0, width = 0, height = 0] = numbers.map(Number)
    return { x, y, width, height }
  })
}
const levelOfZero = async (chart: Locator): Promise<number> =>
  Number(await chart.locator('.plot .zero').getAttribute('y1')) - 0.5
const live = (name: string): Locator => page.locator(`${name} [aria-live]`)

test('lines: one for each figure, dotted where the day is still running, their points told apart by shape', async () => {
  await open('<millrace-series report="trend" measures="opened,resolved"></millrace-series>')
  const chart = only('millrace-series')
  expect(await chart.locator('.legend li').allInnerTexts()).toEqual(['Found', 'Resolved'])
  expect(await chart.locator('.plot .line:not(.partial)').count()).toBe(2)
  const dotted = chart.locator('.plot .line.partial').first()
  expect(await dotted.evaluate((line) => getComputedStyle(line).strokeDasharray)).not.toBe('none')
  expect(await chart.locator('.plot .point.partial').count()).toBe(2)
  const shapes = await chart.locator('.legend .point').evaluateAll((all) => all.map((each) => each.getAttribute('d')))
  expect(new Set(shapes).size).toBe(2)
  const picture = chart.getByRole('img')
  expect(await picture.getAttribute('aria-describedby')).toBe('trend')
  expect(await chart.locator('#trend').textContent()).toMatch(/^Found: from 32 .+ to 48 \(.+, so far\); highest 48/)
})

test('bars: each stands on zero or on another, below zero hangs from it, and the running month is hatched', async () => {
  await open(
    '<millrace-series report="channels" kind="bars"></millrace-series><millrace-series report="profit" kind="bars"></millrace-series>',
  )
  const [stacked, money] = [only('[report="channels"]'), only('[report="profit"]')]
  const zero = await levelOfZero(stacked)
  const columns = new Map<number, Column[]>()
  for (const column of await columnsOf(stacked)) columns.set(column.x, [...(columns.get(column.x) ?? []), column])
  expect(columns.size).toBe(16)
  for (const stack of columns.values()) {
    let floor = zero
    for (const { y, height } of stack.sort((a, b) => b.y - a.y)) {
      expect(Math.abs(y + height - floor)).toBeLessThan(1)
      floor = y
    }
  }
  const level = await levelOfZero(money)
  const values = sample.profit().rows.map(({ profit }) => Number(profit))
  const months = (await columnsOf(money)).sort((a, b) => a.x - b.x)
  expect(months.length).toBe(values.length)
  months.forEach(({ y, height }, at) => {
    expect(Math.abs(((values[at] ?? 0) < 0 ? y : y + height) - level)).toBeLessThan(1)
  })
  expect(await money.locator('.plot .column.partial').count()).toBe(1)
  expect(await money.locator('.plot .column.partial').getAttribute('fill')).toMatch(/^url\(#partial-/)
})

test('a gap is shown as one, in lines, areas and bars, and zero is not one', async () => {
  await open(
    ['lines', 'areas', 'bars']
      .map((kind) => `<millrace-series report="gaps" kind="${kind}"></millrace-series>`)
      .join(''),
  )
  const drawn = (kind: string, selector: string) =>
    only(`[kind="${kind}"]`)
      .locator(selector)
      .evaluateAll((all) => all.filter((path) => path.getAttribute('d') !== '').length)
  expect(await drawn('lines', '.plot .line:not(.partial)')).toBe(4)
  expect(await drawn('areas', '.plot .area:not(.partial)')).toBe(4)
  // 22 days: four without a value, one that is not in the answer, one of zero, which has no height.
  expect((await columnsOf(only('[kind="bars"]'))).length).toBe(16)
})

test('a comparison: dashed, in words, and the earlier period ends where it ends', async () => {
  await open(`<millrace-series report="comparison" ${periods}></millrace-series>`)
  const chart = only('millrace-series')
  expect(await chart.locator('.legend li').allInnerTexts()).toEqual(['Bookings', 'Last month'])
  const [current, earlier] = [
    chart.locator('.plot .line:not(.earlier):not(.partial)'),
    chart.locator('.plot .line.earlier'),
  ]
  expect(await earlier.evaluate((line) => getComputedStyle(line).strokeDasharray)).not.toBe('none')
  expect((await box(earlier)).width).toBeGreaterThan((await box(current)).width * 1.3)
  await chart.locator('.plot').focus()
  await page.keyboard.press('Home')
  await expect
    .poll(() => live('millrace-series').textContent())
    .toMatch(/1 Nov: Bookings \d+; Bookings, Last month \(Thu.* 1 Oct\) \d+$/)
})

test('keys go from point to point; what is read is said, ringed and shown; Escape leaves', async () => {
  await open('<millrace-series report="gaps"></millrace-series>')
  const [chart, said] = [only('millrace-series'), live('millrace-series')]
  await page.keyboard.press('Tab')
  const plot = chart.locator('.plot')
  await expect.poll(() => plot.evaluate((element) => element.matches(':focus-visible'))).toBe(true)
  expect(await plot.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('solid')
  const steps: [string, RegExp][] = [
    ['ArrowRight', /1 Nov: Hours to resolve \d/],
    ['ArrowRight', /2 Nov: /],
    ['ArrowLeft', /1 Nov: /],
    ['ArrowLeft', /1 Nov: /],
    ['End', /22 Nov, so far: /],
    ['ArrowRight', /22 Nov, so far: /],
    ['Home', /1 Nov: /],
  ]
  for (const [key, words] of steps) {
    await page.keyboard.press(key)
    await expect.poll(() => said.textContent()).toMatch(words)
    expect(await chart.locator('.tooltip .when').innerText()).toMatch(words.source.startsWith('22') ? /so far/ : /Nov/)
  }
  for (let at = 0; at < 4; at++) await page.keyboard.press('ArrowRight')
  await expect.poll(() => said.textContent()).toMatch(/5 Nov: Hours to resolve no value/)
  await page.keyboard.press('Escape')
  await chart.locator('.tooltip').waitFor({ state: 'detached' })
  expect(await said.textContent()).toBe('')
})

test('keys across the points read series one by one, and begin and end with all of them', async () => {
  await open('<millrace-series report="trend" measures="opened,resolved"></millrace-series>')
  const said = live('millrace-series')
  const scrolled = await page.evaluate(() => {
    document.body.append(Object.assign(document.createElement('canvas'), { height: 4000 }))
    return document.documentElement.scrollTop
  })
  await page.keyboard.press('Tab')
  await page.keyboard.press('End')
  const steps: [string, RegExp][] = [
    ['End', /so far: Found \d+; Resolved \d+$/],
    ['ArrowDown', /so far: Found \d+$/],
    ['ArrowDown', /so far: Resolved \d+$/],
    ['ArrowDown', /so far: Resolved \d+$/],
    ['ArrowLeft', /21 Nov: Resolved \d+$/],
    ['ArrowUp', /21 Nov: Found \d+$/],
    ['ArrowUp', /21 Nov: Found \d+; Resolved \d+$/],
    ['ArrowUp', /21 Nov: Found \d+; Resolved \d+$/],
  ]
  for (const [key, words] of steps) {
    await page.keyboard.press(key)
    await expect.poll(() => said.textContent(), { message: key }).toMatch(words)
    const isOne = !words.source.includes(';')
    expect(await page.locator('.tooltip .entry').count()).toBe(2)
    expect(await page.locator('.tooltip .entry.read').count()).toBe(isOne ? 1 : 0)
  }
  expect(await page.evaluate(() => document.documentElement.scrollTop)).toBe(scrolled)
  expect(await only('millrace-series').locator('#hint').textContent()).toContain('points and series')
})

test('a pointer opens the same words and leaves nothing; a finger leaves them open', async () => {
  await open('<millrace-series report="channels" kind="bars"></millrace-series>', { hasTouch: true })
  const chart = only('millrace-series')
  const { x, y, width, height } = await box(chart.locator('.plot'))
  await page.mouse.move(x + width - 10, y + height / 2)
  expect(await chart.locator('.tooltip .when').innerText()).toBe('Week of 16 Nov, so far')
  expect(await chart.locator('.tooltip .entry').count()).toBe(4)
  // Not said aloud: whoever points sees it.
  expect(await live('millrace-series').textContent()).toBe('')
  await page.mouse.move(x, y + height + 200)
  await chart.locator('.tooltip').waitFor({ state: 'detached' })
  await page.touchscreen.tap(x + 60, y + height / 2)
  await chart.locator('.tooltip').waitFor()
})

test('ranked bars: text for everything, bars in proportion, and those below zero on its other side', async () => {
  await open(
    '<millrace-bars report="ranking" share="part"></millrace-bars><millrace-bars report="below"></millrace-bars>',
  )
  const [ranking, below] = [only('[report="ranking"]'), only('[report="below"]')]
  expect((await ranking.locator('li').first().innerText()).split(/\n+/)).toEqual(['Website', '€182,345.50', '43.1%'])
  expect(await ranking.locator('li').count()).toBe(6)
  const lengths = await boxes(ranking.locator('.fill'))
  expect((lengths[1]?.width ?? 0) / (lengths[0]?.width ?? 1)).toBeCloseTo(120_990 / 182_345.5, 2)
  const [up, , , , down] = await boxes(below.locator('.fill'))
  expect((down?.x ?? 0) + (down?.width ?? 0)).toBeCloseTo(up?.x ?? 0, 0)
  // Five have the room of six: they stand together, and what is left over is below.
  for (const { height } of await boxes(below.locator('li'))) expect(height).toBe(34)
  await ranking.getByRole('button', { name: 'Show all 8 rows' }).click()
  await expect.poll(() => ranking.locator('li').count()).toBe(8)
  expect(await ranking.locator('li').last().innerText()).toMatch(/Letter\s+no value/)
})

test('ranked bars are read by keys, with what they were before and whether that is better', async () => {
  await open(`<millrace-bars report="cancelled" ${periods}></millrace-bars>`)
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect.poll(() => live('millrace-bars').textContent()).toBe('Estate: 88, Last month 101, -12.9% better')
  expect(await only('millrace-bars').locator('.tooltip').innerText()).toMatch(
    /This month\s+88\s+Last month\s+101\s+▼ -12\.9% better/,
  )
})

test('every chart has its rows as a table, in the same room', async () => {
  await open('<millrace-series report="trend"></millrace-series><millrace-bars report="ranking"></millrace-bars>')
  for (const name of ['millrace-series', 'millrace-bars']) {
    const chart = only(name)
    const before = await box(chart)
    await chart.getByRole('button', { name: 'Show as table' }).click()
    await chart.locator('table').waitFor()
    const rows = name === 'millrace-series' ? 60 : 8
    expect(await chart.locator('tbody tr').count()).toBe(rows)
    if (name === 'millrace-series') expect(await box(chart)).toEqual(before)
    await chart.getByRole('button', { name: 'Show chart' }).click()
    await chart.locator('.plot').waitFor()
  }
})

test('from the right: the newest is on the left, and the left arrow goes on in time', async () => {
  served.root = 'lang="en-GB" dir="rtl"'
  try {
    await open(
      '<millrace-series report="trend" measures="opened"></millrace-series><millrace-bars report="below"></millrace-bars>',
    )
  } finally {
    served.root = 'lang="en-GB"'
  }
  const chart = only('millrace-series')
  const plot = await box(chart.locator('.plot'))
  expect((await box(chart.locator('.plot .point.partial'))).x).toBeLessThan(plot.x + plot.width * 0.1)
  const labels = await boxes(chart.locator('.axis text[text-anchor="start"]'))
  for (const { x, width } of labels) {
    expect(x).toBeGreaterThan(plot.x + plot.width * 0.9)
    expect(x + width).toBeLessThanOrEqual(plot.x + plot.width + 1)
  }
  await chart.locator('.plot').focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => live('millrace-series').textContent()).toMatch(/25 Sept/)
  const [up, , , , down] = await boxes(only('millrace-bars').locator('.fill'))
  expect(up?.x).toBeLessThan(down?.x ?? 0)
})

test.each([320, 1200])('at %i pixels nothing is cut off, and no label stands on another', async (width) => {
  const shown = { trend: 'lines', many: 'areas', gaps: 'lines', profit: 'bars', comparison: 'areas', hours: 'bars' }
  const series = Object.entries(shown).map(
    ([report, kind]) => `<millrace-series report="${report}" kind="${kind}"></millrace-series>`,
  )
  await open(
    `${series.join('')}<millrace-bars report="ranking" share="part"></millrace-bars><millrace-bars report="cancelled"></millrace-bars>`,
    { viewport: { width, height: 3_200 } },
  )
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
  const charts = await only('millrace-series').evaluateAll((all) =>
    all.map((chart) => {
      const inside = (selector: string) =>
        [...(chart.shadowRoot?.querySelectorAll(selector) ?? [])].map((each) => {
          const { left, right, top, bottom } = each.getBoundingClientRect()
          return { left, right, top, bottom, text: each.textContent }
        })
      return { plot: inside('.plot'), texts: inside('.axis text') }
    }),
  )
  for (const { plot, texts } of charts) {
    expect(texts.length).toBeGreaterThan(3)
    texts.forEach((one, at) => {
      expect(one.left, one.text).toBeGreaterThanOrEqual((plot[0]?.left ?? 0) - 1)
      expect(one.right, one.text).toBeLessThanOrEqual((plot[0]?.right ?? 0) + 1)
      for (const other of texts.slice(at + 1)) {
        const isBeside = one.right <= other.left + 1 || other.right <= one.left + 1
        const isBelow = one.bottom <= other.top + 2 || other.bottom <= one.top + 2
        expect(isBeside || isBelow, `${one.text} and ${other.text}`).toBe(true)
      }
    })
  }
})

test('a chart takes the room that its skeleton kept', async () => {
  let release: () => void = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  for (const name of ['many', 'cancelled', 'ranking']) {
    const answer = served.answers.get(name) as ReportAnswer
    served.answers.set(name, () => held.then(() => answer))
  }
  const names = ['millrace-series', '[report="cancelled"]', '[report="ranking"]']
  await open(
    `<millrace-series report="many"></millrace-series><millrace-bars report="cancelled"></millrace-bars><millrace-bars report="ranking"></millrace-bars>`,
    {},
    false,
  )
  await page.locator('millrace-series .bone.plot-bone').waitFor()
  const before = await Promise.all(names.map((name) => box(only(name))))
  release()
  await page.locator('millrace-reports > :not([state="ready"], h2)').first().waitFor({ state: 'detached' })
  expect(await Promise.all(names.map((name) => box(only(name))))).toEqual(before)
})

test('in colours of the system series differ by their textures and shapes', async () => {
  await open(
    '<millrace-series report="channels" kind="bars"></millrace-series><millrace-series report="trend"></millrace-series>',
    {
      forcedColors: 'active',
    },
  )
  const strokes = await only('[report="trend"]')
    .locator('.plot .line:not(.partial)')
    .evaluateAll((lines) => lines.map((line) => getComputedStyle(line).stroke))
  expect(new Set(strokes).size).toBe(1)
  const textures = await only('[kind="bars"]')
    .locator('.texture')
    .evaluateAll((all) => all.map((each) => each.getAttribute('d')))
  expect(new Set(textures).size).toBe(4)
  const ground = only('[kind="bars"]').locator('.plot .ground').first()
  expect(await ground.evaluate((each) => getComputedStyle(each).fill)).not.toBe(strokes[0])
})

test('on paper what a pointer opened is not there', async () => {
  await open('<millrace-series report="trend"></millrace-series>')
  await only('millrace-series').locator('.plot').focus()
  await page.keyboard.press('End')
  await only('millrace-series').locator('.tooltip').waitFor()
  await page.emulateMedia({ media: 'print' })
  expect(await only('millrace-series').locator('.tooltip').isVisible()).toBe(false)
  expect(await only('millrace-series').locator('.switch').isVisible()).toBe(false)
})

test('a report is shown as its shape asks for, or as the page says; a value has its line', async () => {
  served.answers.set(
    'single',
    sample.answerOf(
      [
        { name: 'bookings', label: 'Bookings' },
        { name: 'lost', label: 'Lost' },
      ],
      [{ bookings: 12, lost: 3 }],
    ),
  )
  await open(
    `<millrace-report name="trend"></millrace-report><millrace-report name="ranking"></millrace-report><millrace-report name="single"></millrace-report>
    <millrace-report name="below" as="table"></millrace-report><millrace-value report="trend" measure="active" spark></millrace-value>
    <millrace-value report="single" measure="bookings" spark="trend"></millrace-value>`,
  )
  expect(await only('[name="trend"] millrace-series').count()).toBe(1)
  expect(await only('[name="ranking"] millrace-bars').count()).toBe(1)
  expect(await only('[name="single"] millrace-value .value').allInnerTexts()).toEqual(['12', '3'])
  expect(await only('[name="below"] millrace-table tbody tr').count()).toBe(5)
  expect(await only('millrace-value[measure="active"] .value').innerText()).toBe('1,380')
  const lines = page.locator('millrace-value .spark')
  await expect.poll(() => lines.count()).toBe(2)
  expect(await lines.first().getAttribute('aria-label')).toMatch(/^Active, end of day: from 1,251/)
  expect(await lines.last().getAttribute('aria-label')).toMatch(/^Found: from 32/)
})

test('a property that is given the text of an attribute is what the attribute would be', async () => {
  await open(
    `<millrace-series report="trend"></millrace-series><millrace-series report="comparison"></millrace-series>`,
  )
  const legend = (at: number) => only('millrace-series').nth(at).locator('.legend li').allInnerTexts()
  expect(await legend(0)).toHaveLength(3)
  await page.evaluate((periods) => {
    const [trend, comparison] = document.querySelectorAll('millrace-series')
    Object.assign(trend as Element, { measures: 'opened, resolved', digits: '2', asTable: false })
    Object.assign(comparison as Element, { periods })
  }, '{"previous":"The month before"}')
  await expect.poll(() => legend(0)).toEqual(['Found', 'Resolved'])
  await expect.poll(() => legend(1)).toEqual(['Bookings', 'The month before'])
  expect(
    await only('millrace-series')
      .first()
      .evaluate((chart) => 'digits' in chart && chart.digits),
  ).toBe(2)
})

test('there is no style in the markup', async () => {
  await open(`<millrace-series report="channels" kind="areas"></millrace-series><millrace-bars report="cancelled"></millrace-bars>
    <millrace-value report="trend" spark></millrace-value>`)
  await only('millrace-series').locator('.plot').focus()
  await page.keyboard.press('End')
  await only('millrace-series').locator('.tooltip').waitFor()
  const styled = await page.evaluate(() =>
    [...document.querySelectorAll('millrace-reports > *')].map(
      (each) => each.shadowRoot?.querySelectorAll('[style], style').length,
    ),
  )
  expect(styled).toEqual([0, 0, 0])
})

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing, in ${colorScheme}`, async () => {
    await open(
      `<h2>Figures</h2><millrace-series report="trend" label="A"></millrace-series><millrace-series report="many" kind="areas" label="B"></millrace-series>
      <millrace-series report="comparison" kind="bars" label="C" ${periods}></millrace-series><millrace-series report="gaps" as-table label="D"></millrace-series>
      <millrace-bars report="cancelled" ${periods}></millrace-bars><millrace-bars report="ranking" share="part"></millrace-bars>
      <millrace-value report="trend" measure="active" spark></millrace-value>`,
      { colorScheme },
    )
    await only('[label="B"]').locator('.plot').focus()
    await page.keyboard.press('End')
    await only('[label="B"]').locator('.tooltip').waitFor()
    await page.evaluate(axe)
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
      }
      return (await axe.run()).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(' | ')}`,
      )
    })
    expect(found).toEqual([])
  })
