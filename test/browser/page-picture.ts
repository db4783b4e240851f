import { readFile, writeFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A part of a page: where it stands, in pixels of the page, and whether something is drawn in it. */
export interface Part extends Box {
  readonly isDrawn: boolean
}

/** A page as it looks, at a low resolution, and where its parts stand in it. */
export interface PagePicture {
  readonly picture: PNG
  readonly parts: Readonly<Record<string, Part>>
}

/** So many pixels of a page are one of its picture's. */
export const coarse = 4

/** How current the figures are, and how long they took, changes with each picture; the demo's own controls lie over the page. */
const still = `.demo { display: none }
  .took, .current, .note, [data-outcome], millrace-reports [report]::part(freshness) { visibility: hidden }`

/** The page from its top to the end of its reports. The window must be as high. */
export async function takePicture(page: Page): Promise<PagePicture> {
  // As a script of the page would: its policy takes no style from elsewhere.
  await page.evaluate((style) => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(style)
    document.adoptedStyleSheets.push(sheet)
  }, still)
  const parts = await partsOf(page)
  const { width = 0 } = page.viewportSize() ?? {}
  const height = Math.ceil(Math.max(...Object.values(parts).map(({ y, height }) => y + height)))
  const clip = { x: 0, y: 0, width, height }
  const browser = await page.context().newCDPSession(page)
  // Made small by the browser itself: large pictures take their time to write and to read.
  const { data } = await browser.send('Page.captureScreenshot', { format: 'png', clip: { ...clip, scale: 1 / coarse } })
  await browser.detach()
  return { picture: PNG.sync.read(Buffer.from(data, 'base64')), parts }
}

const partsOf = (page: Page): Promise<Record<string, Part>> =>
  page.evaluate(() => {
    const parts: Record<string, Part> = {}
    for (const part of document.querySelectorAll(
      '.bar, .title, .group-head, .customer, .way, .comparison, millrace-reports [report]',
    )) {
      const { x, y, width, height } = part.getBoundingClientRect()
      if (height === 0) continue
      const names = ['report', 'measure', 'measures'].map((name) => part.getAttribute(name) ?? '')
      const name = [part.localName, ...names, part.querySelector(':is(h1, h2, h3)')?.textContent ?? ''].join(' ').trim()
      const marks = part.shadowRoot?.querySelectorAll('[part~="chart"] :is(path[d], rect, circle)') ?? []
      parts[name] = { x, y: y + scrollY, width, height, isDrawn: marks.length > 0 }
    }
    return parts
  })

/** What lies in a box of a picture, as a picture of a size: each of its pixels the mean of those that it stands for. */
export function sample(from: PNG, box: Box, { width, height }: Pick<Box, 'width' | 'height'>): PNG {
  const to = new PNG({ width, height })
  const [across, down] = [box.width / width, box.height / height]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const mean = meanOf(from, box.x + x * across, box.y + y * down, across, down)
      for (const [channel, value] of mean.entries()) to.data[(y * width + x) * 4 + channel] = value
    }
  return to
}

function meanOf({ width, height, data }: PNG, left: number, top: number, across: number, down: number): number[] {
  const [fromX, fromY] = [Math.min(Math.floor(left), width - 1), Math.min(Math.floor(top), height - 1)]
  const [toX, toY] = [
    Math.max(fromX + 1, Math.min(width, Math.round(left + across))),
    Math.max(fromY + 1, Math.min(height, Math.round(top + down))),
  ]
  const sums = [0, 0, 0, 0]
  for (let y = fromY; y < toY; y++)
    for (let x = fromX; x < toX; x++)
      for (let channel = 0; channel < 4; channel++)
        sums[channel] = (sums[channel] as number) + (data[(y * width + x) * 4 + channel] as number)
  return sums.map((sum) => Math.round(sum / ((toX - fromX) * (toY - fromY))))
}

/** Where the pictures are that a page is held against: the picture itself, and beside it where its parts stand. */
const fileOf = (name: string, type: 'png' | 'json') => new URL(`./baselines/${name}.${type}`, import.meta.url)

export async function readBaseline(name: string): Promise<PagePicture | undefined> {
  try {
    const [picture, parts] = await Promise.all([readFile(fileOf(name, 'png')), readFile(fileOf(name, 'json'), 'utf8')])
    return { picture: PNG.sync.read(picture), parts: JSON.parse(parts) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Characters of a line, its comma among them. */
const widest = 120

export async function writeBaseline(name: string, { picture, parts }: PagePicture): Promise<void> {
  const rounded = Object.entries(parts).map(([part, { x, y, width, height, isDrawn }]) => {
    const [left, top, across, down] = [x, y, width, height].map(Math.round)
    const box = JSON.stringify({ x: left, y: top, width: across, height: down, isDrawn }, undefined, 2)
    const line = `  ${JSON.stringify(part)}: ${box.replaceAll(/\s+/g, ' ')}`
    // As the formatter of this project has it.
    return line.length < widest ? line : `  ${JSON.stringify(part)}: ${box.replaceAll('\n', '\n  ')}`
  })
  await Promise.all([
    writeFile(fileOf(name, 'png'), PNG.sync.write(picture, { colorType: 2 })),
    writeFile(fileOf(name, 'json'), `{\n${rounded.join(',\n')}\n}\n`),
  ])
}
