import { expect, test } from 'vitest'
import { MillraceError } from '../errors.ts'
import { loggedError } from './logged-error.ts'

test('an error is logged with its causes, and with nothing else that a library has put on it', () => {
  const driver = Object.assign(new Error('syntax error'), {
    code: '42601',
    detail: 'qzjxkvw',
    client: { password: 'qzjxkvw' },
    where: 'qzjxkvw',
  })
  const logged = loggedError(new MillraceError('REPLICA_UNAVAILABLE', 'gone', { cause: driver }))
  expect(logged).toMatchObject({
    type: 'MillraceError',
    code: 'REPLICA_UNAVAILABLE',
    cause: { type: 'Error', code: '42601', message: 'syntax error' },
  })
  expect(JSON.stringify(logged)).not.toContain('qzjxkvw')
})

test('a data exception of the database is logged without its message, which repeats a value', () => {
  const driver = Object.assign(new Error('invalid input syntax for type date: "qzjxkvw"'), { code: '22007' })
  const logged = loggedError(new MillraceError('INTERNAL', 'refused', { cause: driver }))
  expect(logged.cause).toEqual({ type: 'Error', code: '22007', message: 'data exception' })
  expect(JSON.stringify(logged)).not.toContain('qzjxkvw')
})

test('a cause that goes round, or is no error, ends', () => {
  const error = new Error('round')
  error.cause = error
  expect(JSON.stringify(loggedError(error)).length).toBeLessThan(20_000)
  expect(loggedError({ password: 'qzjxkvw' })).toEqual({
    type: 'object',
    message: 'something that is no Error was thrown',
  })
})
