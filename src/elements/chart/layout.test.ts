import { expect, test } from 'vitest'
import { byChannel, comparison, gaps, profit, trend } from '../../../test/browser/chart-answers.ts'
import type { ReportAnswer } from '../../http/wire.ts'
import { languageOf } from '../messages.ts'
import { drawingOf, reachOf, type SeriesKind } from './drawing.ts'
import { layOut } from './layout.ts'
import { areaPath, linePath, runsIn, splitRun } from './paths.ts'
import { planSeries, type SeriesPlan } from './series-plan.ts'

const language = languageOf('en-GB')
const widthOf = (text: string) => text.length * 6

function laidOut(
  answer: ReportAnswer,
  kind: SeriesKind,
  width = 600,
  isRightToLeft = false,
  measures: readonly string[] = [],
) {
  const plan = planSeries(answer, { measures, split: undefined, grain: undefined, language }) as SeriesPlan
  const drawing = drawingOf(plan, kind)
  return { plan, drawing, ...layOut({ plan, drawing, size: { width, height: 200 }, language, isRightToLeft, widthOf }) }
}

test.each(['lines', 'areas', 'bars'] as const)('%s stay inside their drawing at every width', (kind) => {
  for (const width of [180, 320, 600, 1400])
    for (const answer of [trend(), byChannel(), gaps(), profit(), comparison()]) {
      const { frame, drawing, timeTicks } = laidOut(answer, kind, width)
      for (const x of frame.xs) {
        expect(x).toBeGreaterThanOrEqual(frame.left)
        expect(x).toBeLessThanOrEqual(frame.right)
      }
      for (const value of reachOf(drawing)) {
        expect(frame.y(value)).toBeGreaterThanOrEqual(frame.top - 1e-6)
        expect(frame.y(value)).toBeLessThanOrEqual(frame.bottom + 1e-6)
      }
      expect(timeTicks.length).toBeGreaterThan(0)
      expect(timeTicks.length * 12).toBeLessThan(width)
    }
})

test('bars and areas stand on zero', () => {
  for (const kind of ['areas', 'bars'] as const) {
    const { frame, valueTicks } = laidOut(gaps(), kind)
    expect(frame.y(0)).toBe(frame.bottom)
    expect(valueTicks[0]?.value).toBe(0)
  }
})

test('bars and areas stand on zero also where their values are far from it, and lines need not', () => {
  const lowest = (kind: SeriesKind) => laidOut(trend(), kind, 600, false, ['active']).valueTicks[0]?.value
  expect([lowest('areas'), lowest('bars')]).toEqual([0, 0])
  expect(lowest('lines')).toBeGreaterThan(1000)
})

test('from the right it is the mirror image', () => {
  const [there, mirrored] = [laidOut(trend(), 'bars'), laidOut(trend(), 'bars', 600, true)]
  mirrored.frame.xs.forEach((x, at) => {
    expect(600 - x).toBeCloseTo(there.frame.xs[at] ?? 0)
  })
  expect([mirrored.frame.left, mirrored.frame.right]).toEqual([600 - there.frame.right, 600 - there.frame.left])
})

test('in a comparison only the current period is dated', () => {
  const { timeTicks } = laidOut(comparison(), 'lines')
  expect(timeTicks.map(({ label }) => label)).toEqual(['2 Nov', '9 Nov', '16 Nov'])
})

test('a line breaks at a gap, and ends dotted in the bucket that is still running', () => {
  const { plan } = laidOut(gaps(), 'lines')
  const [series] = plan.series
  const runs = runsIn(series?.numbers ?? [], plan)
  expect(runs.map((run) => run.map((at) => plan.slots[at]?.place))).toEqual([
    [0, 1, 2, 3],
    [7, 8, 9, 10, 11],
    [13, 14, 15, 16],
    [18, 19, 20, 21],
  ])
  const { whole, partial } = splitRun(runs[3] ?? [], plan.slots, '')
  expect([whole.length, partial.length]).toEqual([3, 2])
  expect(splitRun(runs[0] ?? [], plan.slots, '').partial).toEqual([])
})

test('paths join points in their order, and come back below', () => {
  const frame = { xs: [0, 10, 20], y: (value: number) => 100 - value }
  expect(linePath([0, 1, 2], [1, 2, 3.06], frame)).toBe('M0 99L10 98L20 96.9')
  expect(
    areaPath(
      [0, 1],
      [
        [0, 5],
        [1, 6],
      ],
      frame,
    ),
  ).toBe('M0 95L10 94L10 99L0 100Z')
  expect(areaPath([0], [[0, 5]], frame)).toBe('')
})

test('what stands on each other is compared with what stood on each other', () => {
  const { drawing } = laidOut(comparison(), 'bars')
  expect(drawing.earlier.map(({ period }) => period)).toEqual(['previous'])
  const column = drawing.series[0]?.column
  if (column === undefined) throw new Error('nothing to draw')
  const one = { column, label: 'x', look: 0, values: [], isEarlier: true, period: 'previous' }
  const two = drawingOf(
    {
      series: [
        { ...one, isEarlier: false, period: 'current', numbers: [1] },
        { ...one, isEarlier: false, period: 'current', numbers: [2] },
        { ...one, numbers: [3, null, null] },
        { ...one, numbers: [4, 5, null] },
      ],
    },
    'areas',
  )
  expect(two.earlier.map(({ numbers }) => numbers)).toEqual([[7, 5, null]])
})
