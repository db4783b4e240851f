import { expect, test } from 'vitest'
import { comparison, gaps, trend } from '../../../test/browser/chart-answers.ts'
import type { ReportAnswer } from '../../http/wire.ts'
import { languageOf } from '../messages.ts'
import { planSeries, type SeriesPlan } from './series-plan.ts'
import { pointWords, trendWords, type WordsContext } from './series-words.ts'

/** Whether a comma follows a weekday depends on the edition of the calendar's words. */
const plain = (text: string | undefined): string | undefined => text?.replaceAll(/(?<=[a-z]\.?), (?=\d)/g, ' ')

function context(answer: ReportAnswer, measures: readonly string[], locale = 'en-GB'): WordsContext {
  const language = languageOf(locale)
  const plan = planSeries(answer, { measures, split: undefined, grain: undefined, language }) as SeriesPlan
  return { plan, language, periods: { previous: 'Last month' }, digits: undefined }
}

test('a point says when it is, and each series with its value', () => {
  const of = context(trend(), ['opened', 'resolved'])
  expect(plain(pointWords(0, of)?.sentence)).toBe('Thu 24 Sept: Found 32; Resolved 21')
  expect(pointWords(60, of)).toBeUndefined()
})

test('the bucket that is still running says so', () => {
  expect(plain(pointWords(59, context(trend(), ['opened']))?.when)).toBe('Sun 22 Nov, so far')
  expect(plain(pointWords(59, context(trend(), ['opened'], 'de'))?.when)).toBe('So. 22. Nov., bisher')
})

test('what is missing says so, and zero does not', () => {
  const of = context(gaps(), ['hours'])
  expect(pointWords(4, of)?.lines[0]?.value).toBe('no value')
  expect(pointWords(9, of)?.lines[0]?.value).toBe('0.0 hours')
})

test('in a comparison each period has its own day, and a period without one is left out', () => {
  const of = context(comparison(), ['bookings'])
  expect(plain(pointWords(1, of)?.sentence)).toBe('Mon 2 Nov: Bookings 85; Bookings, Last month (Fri 2 Oct) 21')
  expect(plain(pointWords(30, of)?.sentence)).toMatch(/^Sat 31 Oct: Bookings, Last month \d+$/)
})

test('the trend is from, to, highest and lowest, with exact values', () => {
  expect(trendWords(context(trend(), ['active'])).map(plain)).toEqual([
    'Active, end of day: from 1,251 (Thu 24 Sept) to 1,380 (Sun 22 Nov, so far); highest 1,403 (Wed 11 Nov), lowest 1,251 (Thu 24 Sept).',
  ])
  expect(trendWords(context(comparison(), ['bookings'])).map((each) => each.split(':')[0])).toEqual([
    'Bookings',
    'Bookings, Last month',
  ])
})
