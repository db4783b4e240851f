import { expect, test } from 'vitest'
import { type ErrorCode, errors, MillraceError } from '../errors.ts'
import { codeOf, problemOf, statusOf } from './problem.ts'

const codes = Object.keys(errors) as ErrorCode[]
const withStatus = codes.filter((code) => 'status' in errors[code] && code !== 'INTERNAL')
const withoutStatus = codes.filter((code) => !('status' in errors[code]))

test.each(withStatus)('%s is told as it is, but for its cause', (code) => {
  const error = new MillraceError(code, 'what is wrong', { cause: new Error('qzjxkvw') })
  const problem = problemOf(error, 'request-1')
  expect(problem).toMatchObject({
    type: `urn:millrace:error:${code}`,
    title: errors[code].title,
    status: statusOf(code),
    detail: 'what is wrong',
    code,
    next: errors[code].next,
    requestId: 'request-1',
  })
  expect(JSON.stringify(problem)).not.toContain('qzjxkvw')
  expect(new URL(problem.type).protocol).toBe('urn:')
})

test.each([...withoutStatus, 'INTERNAL' as const])('%s is told as INTERNAL, and nothing of it', (code) => {
  const problem = problemOf(new MillraceError(code, 'qzjxkvw'), 'request-1')
  expect(problem).toMatchObject({ code: 'INTERNAL', status: 500, requestId: 'request-1' })
  expect(JSON.stringify(problem)).not.toContain('qzjxkvw')
})

test.each([
  new Error('qzjxkvw'),
  Object.assign(new Error('x'), { detail: 'qzjxkvw', statusCode: 200, code: 'REPORT_NOT_FOUND' }),
  'qzjxkvw',
  null,
  undefined,
])('what is no MillraceError is told as INTERNAL, and nothing of it: %s', (thrown) => {
  const problem = problemOf(thrown, 'request-1')
  expect(problem).toMatchObject({ code: 'INTERNAL', status: 500 })
  expect(JSON.stringify(problem)).not.toContain('qzjxkvw')
  expect(codeOf(thrown)).toBe('INTERNAL')
})

test('an error whose next step is to look at Retry-After always has one', () => {
  const pointing = withStatus.filter((code) => errors[code].next.includes('Retry-After'))
  expect(pointing.length).toBeGreaterThan(2)
  for (const code of pointing) {
    expect(problemOf(new MillraceError(code, 'x'), '').retryAfter).toBeGreaterThanOrEqual(1)
    expect(problemOf(new MillraceError(code, 'x', { retryAfter: 7.2 }), '').retryAfter).toBe(8)
    expect(problemOf(new MillraceError(code, 'x', { retryAfter: 0 }), '').retryAfter).toBe(1)
  }
  expect(problemOf(new MillraceError('PARAMETER_INVALID', 'x'), '')).not.toHaveProperty('retryAfter')
})
