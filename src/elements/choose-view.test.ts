import { expect, test } from 'vitest'
import { answerOf, byChannel, comparison, ranking, timeColumn, trend } from '../../test/browser/chart-answers.ts'
import type { ReportAnswer } from '../http/wire.ts'
import { chooseView, valuesOf } from './choose-view.ts'

const chosen = ({ columns, rows }: ReportAnswer) => chooseView(columns, rows.length)
const sql = (...kinds: readonly ['date' | 'text' | 'integer', ...('date' | 'text' | 'integer')[]]) =>
  answerOf(
    kinds.map((kind, at) => ({ name: `c${at}`, role: 'column' as const, kind })),
    [{}, {}],
  )

test('a report is shown as its columns ask for', () => {
  expect(chosen(trend())).toBe('series')
  expect(chosen(byChannel())).toBe('series')
  expect(chosen(comparison())).toBe('series')
  expect(chosen(ranking())).toBe('bars')
  expect(chosen(answerOf([{ name: 'a' }, { name: 'b' }], [{ a: 1, b: 2 }]))).toBe('value')
})

test('what no drawing shows whole is a table', () => {
  const team = { name: 'team', role: 'dimension', kind: 'text' } as const
  const group = { name: 'group', role: 'dimension', kind: 'text' } as const
  expect(chosen(answerOf([team, { name: 'a' }, { name: 'b' }], [{}]))).toBe('table')
  expect(chosen(answerOf([team, group, timeColumn('day'), { name: 'a' }], [{}]))).toBe('table')
  expect(chosen(answerOf([team], [{}]))).toBe('table')
})

test('a report in SQL runs along time where that comes first', () => {
  expect(chosen(sql('date', 'integer'))).toBe('series')
  expect(chosen(sql('text', 'integer'))).toBe('bars')
  expect(chosen(sql('text', 'integer', 'date', 'integer'))).toBe('table')
  expect(chosen(sql('integer', 'integer'))).toBe('table')
})

test('values are the figures; how much they grew stands with each', () => {
  const periods = ['current', 'previous']
  const { columns } = answerOf(
    [
      { name: 'revenue', periods },
      { name: 'rate', role: 'derived', periods },
      { name: 'growth', role: 'derived' },
    ],
    [],
  )
  expect(valuesOf(columns)).toEqual(['revenue', 'rate'])
  expect(valuesOf(answerOf([{ name: 'a' }, { name: 'rate', role: 'derived' }], []).columns)).toEqual(['a', 'rate'])
})
