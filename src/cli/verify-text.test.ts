import { expect, test } from 'vitest'
import { plainOutput } from '../../test/cli/plain-output.ts'
import { readOutcome } from './request-outcome.ts'
import { verifyText } from './verify-text.ts'

const text = (state: 'done' | 'failed', outcome: object) =>
  verifyText({ state, outcome: JSON.stringify(outcome) }, plainOutput())

const first = [{ sort: 'g\u0000critical', stored: ['12', '3'], rebuilt: [] }]
const different = { tenant: 'acme', report: 'trend', repaired: false, counters: 2, first }

test('F1 says what was compared, and what differs with its first counters', () => {
  expect(text('done', { done: 1, of: 1, different: [] })).toBe('1 build compared: each is what the rows say.\n')
  expect(
    text('done', { done: 3, of: 3, different: [different] }),
  ).toBe(`report "trend", tenant acme: 2 counters not what the rows say
  "g\\u0000critical"
    stored   12, 3
    rebuilt  nothing

3 builds compared: 1 differs. Next: millrace verify --repair; a difference is a fault of Millrace, please report it.
`)
  expect(text('done', { done: 3, of: 3, different: [{ ...different, repaired: true }] })).toMatch(
    /acme: 2 counters not what the rows say, repaired\n(?:.*\n)*3 builds compared: 1 differs, 1 repaired\.\n$/,
  )
  expect(text('done', { done: 0, of: 0, different: [] })).toMatch(/^nothing was compared/)
  expect(text('failed', { detail: 'the table is gone' })).toBe('not finished: the table is gone\n')
})

test('what a worker of another version says is read as far as it is understood', () => {
  const empty = { done: 0, of: 0, different: [] }
  expect(readOutcome({ outcome: '' })).toEqual(empty)
  expect(readOutcome({ outcome: '{"done":2,"new":1}' })).toEqual({ ...empty, done: 2 })
  expect(readOutcome({ outcome: 'no JSON' })).toEqual(empty)
  expect(readOutcome({ outcome: '{"done":"x"}' })).toEqual(empty)
})
