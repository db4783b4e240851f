import { expect, test } from 'vitest'
import { ranking, rankingComparison } from '../../../test/browser/chart-answers.ts'
import type { ReportAnswer } from '../../http/wire.ts'
import { languageOf } from '../messages.ts'
import { type BarsPlan, planBars } from './bars-plan.ts'
import { barWords, rankingWords } from './bars-words.ts'

function words(answer: ReportAnswer, share?: string) {
  const language = languageOf('en-GB')
  const plan = planBars(answer, { measure: undefined, share, order: 'rank', language }) as BarsPlan
  const context = { plan, language, timeZone: 'UTC', digits: undefined, periods: { previous: 'Last month' } }
  return { said: plan.bars.map((bar) => barWords(bar, context).sentence), ranking: rankingWords(context) }
}

test('a bar says its name, its exact value and its share', () => {
  expect(words(ranking(2), 'part').said).toEqual([
    'Website: €182,345.50, 43.1% of all',
    'App: €120,990.00, 28.6% of all',
  ])
})

test('in a comparison it says what it was, and whether that is better: fewer are, where the measure says so', () => {
  expect(words(rankingComparison()).said).toEqual([
    'Compact: 120, Last month 96, +25.0% worse',
    'Estate: 88, Last month 101, -12.9% better',
    'Van: 40, Last month 40, No change',
    'Premium: 12, Last month 25, -52.0% better',
  ])
})

test('the ranking in words is its first and its last', () => {
  expect(words(ranking(3)).ranking).toBe(
    'Revenue, 3 rows: from Website (€182,345.50) to Corporate travel partners and framework agreements (€71,234.10).',
  )
})
