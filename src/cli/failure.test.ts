import { expect, test } from 'vitest'
import { MillraceError } from '../errors.ts'
import { exitCodeOf } from './exit-code.ts'
import { failureOf, writeFailure } from './failure.ts'
import { Interrupted } from './interrupted.ts'

const withCode = (code: string, message: string) => Object.assign(new Error(message), { code })
const detailOf = (error: unknown) => failureOf(error).detail

test('of a cause only what cannot be a value of the secret is said', () => {
  const cause = withCode('ENOTFOUND', 'getaddrinfo ENOTFOUND db.internal')
  expect(detailOf(new MillraceError('REPLICA_UNAVAILABLE', 'away', { cause }))).toBe('away (ENOTFOUND)')
  const refused = withCode('28P01', 'password authentication failed for user "reader"')
  expect(detailOf(new MillraceError('REPLICA_UNAVAILABLE', 'away', { cause: refused }))).toBe('away (28P01)')
  const missing = new Error('outer', { cause: withCode('42P01', 'relation "tenant" does not exist\nDETAIL') })
  expect(detailOf(new MillraceError('TENANTS_UNAVAILABLE', 'failed', { cause: missing }))).toBe(
    'failed (relation "tenant" does not exist)',
  )
  expect(detailOf(new MillraceError('INTERNAL', 'x', { cause: new Error('reader@db.internal') }))).toBe('x')
})

test('the text of an error that nobody foresaw is only shown with --debug', () => {
  expect(detailOf(new TypeError('reader:password@db'))).toBe('an unexpected TypeError')
  expect(detailOf('reader:password@db')).toBe('an unexpected string')
})

test('a package that is not installed is named, with the command that installs it', () => {
  const error = withCode('ERR_MODULE_NOT_FOUND', "Cannot find package 'pg' imported from /app/node_modules/millrace")
  expect(failureOf(error)).toMatchObject({ detail: 'the package pg is not installed', next: 'npm install pg' })
})

test('the next step is that of whoever ran the command', () => {
  expect(failureOf(new MillraceError('REPLICA_UNAVAILABLE', 'x')).next).toContain('the target that the secret names')
  expect(failureOf(new TypeError('x')).next).toContain('--debug')
})

test('--debug shows where it and its causes come from, and nothing else does', () => {
  const error = new MillraceError('INTERNAL', 'x', { cause: new Error('because') })
  const written = (debug: boolean) => {
    let text = ''
    writeFailure(error, { isTerminal: false, write: (more) => (text += more), paint: (_, plain) => plain }, debug)
    return text
  }
  expect(written(false)).not.toMatch(/\n\s+at /)
  expect(written(true)).toMatch(/\n {4}at .*\nCaused by Error: because\n {4}at /s)
})

test.each([
  [new MillraceError('COMMAND_INVALID', ''), 2],
  [new MillraceError('PARAMETER_INVALID', ''), 2],
  [new MillraceError('SECRET_MISSING', ''), 78],
  [new MillraceError('TARGET_REFUSED', ''), 78],
  [new MillraceError('REPORT_INVALID', ''), 78],
  [new MillraceError('REPLICA_UNAVAILABLE', ''), 1],
  [new MillraceError('LISTEN_FAILED', ''), 1],
  [new TypeError('x'), 1],
  [new Interrupted('SIGINT'), 130],
  [new Interrupted('SIGTERM'), 143],
])('%s ends with %d', (error, exitCode) => {
  expect(exitCodeOf(error)).toBe(exitCode)
})
