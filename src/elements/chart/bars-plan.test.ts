import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  answerOf,
  ranking,
  rankingBelowZero,
  rankingComparison,
  timeColumn,
} from '../../../test/browser/chart-answers.ts'
import { languageOf } from '../messages.ts'
import { type BarsChoice, extentOf, planBars } from './bars-plan.ts'

const choice: BarsChoice = { measure: undefined, share: undefined, order: 'rank', language: languageOf('en-GB') }

test('the greatest first, those without a value last, and nothing that the report does not have', () => {
  const plan = planBars(ranking(8), choice)
  expect(plan?.bars.map(({ number }) => number)).toEqual([182345.5, 120990, 71234.1, 30120.75, 18111, 83.2, 0, null])
  expect(plan?.bars[0]).toMatchObject({ label: 'Website', value: '182345.50' })
  expect(planBars(answerOf([{ name: 'team', role: 'dimension', kind: 'text' }], []), choice)).toBeUndefined()
})

test('equal ones stay as the report has them, and the host may keep all so', () => {
  const answer = answerOf(
    [{ name: 'team', role: 'dimension', kind: 'text' }, { name: 'open' }],
    ['b', 'c', 'a'].map((team) => ({ team, open: team === 'c' ? 1 : 2 })),
  )
  expect(planBars(answer, choice)?.bars.map(({ label }) => label)).toEqual(['b', 'a', 'c'])
  expect(planBars(answer, { ...choice, order: 'report' })?.bars.map(({ label }) => label)).toEqual(['b', 'c', 'a'])
})

test('the share is the column that the host names', () => {
  expect(planBars(ranking(2), { ...choice, share: 'part' })?.bars.map(({ share }) => share)).toEqual([
    '0.4312',
    '0.2861',
  ])
  expect(planBars(ranking(2), choice)?.share).toBeUndefined()
})

test('a row is called by all that it is about', () => {
  const answer = answerOf(
    [
      { name: 'team', role: 'dimension', kind: 'text' },
      { name: 'exploited', role: 'dimension', kind: 'boolean' },
      timeColumn('month'),
      { name: 'open' },
    ],
    [{ team: null, exploited: true, time: '2026-11-01', open: 1 }],
  )
  expect(planBars(answer, choice)?.bars[0]?.label).toBe('no value · Yes · November 2026')
})

test('bars begin at zero, however far from it all of them end', () => {
  expect(planBars(ranking(4), choice)).toMatchObject({ low: 0, high: 182345.5 })
  expect(planBars(rankingComparison(), choice)).toMatchObject({ low: 0, high: 120 })
  const below = answerOf(
    [{ name: 'team', role: 'dimension', kind: 'text' }, { name: 'change' }],
    [
      { team: 'a', change: -7 },
      { team: 'b', change: -9 },
    ],
  )
  expect(planBars(below, choice)).toMatchObject({ low: -9, high: 0 })
})

test('bars begin at zero: what is below it lies on its other side', () => {
  const plan = planBars(rankingBelowZero(), choice)
  if (plan === undefined) throw new Error('nothing to draw')
  expect([plan.low, plan.high]).toEqual([-31, 42])
  const [above, below] = [extentOf(42, plan, false), extentOf(-31, plan, false)]
  expect(below.from).toBe(0)
  expect(below.length).toBeCloseTo(31 / 73)
  expect(above.from).toBeCloseTo(31 / 73)
  expect(extentOf(42, plan, true).from).toBeCloseTo(0)
})

test('lengths are in proportion to values, from zero, in either direction of reading', () => {
  const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 })
  fc.assert(
    fc.property(numbers, fc.boolean(), (values, isRightToLeft) => {
      const axis = { low: Math.min(0, ...values), high: Math.max(0, ...values) }
      const unit = 1 / (axis.high - axis.low || 1)
      const zero = extentOf(0, axis, isRightToLeft).from
      for (const value of values) {
        const { from, length } = extentOf(value, axis, isRightToLeft)
        expect(length).toBeCloseTo(Math.abs(value) * unit)
        expect(Math.min(Math.abs(from - zero), Math.abs(from + length - zero))).toBeCloseTo(0)
        expect(from).toBeGreaterThanOrEqual(-1e-9)
        expect(from + length).toBeLessThanOrEqual(1 + 1e-9)
      }
    }),
  )
})

test('in a comparison the period before stands beside the current one', () => {
  const [first] = planBars(rankingComparison(), choice)?.bars ?? []
  expect(first).toMatchObject({ label: 'Compact', number: 120, earlierNumber: 96 })
})
