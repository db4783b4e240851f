import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { MillraceError } from '../../errors.ts'
import { isUnreachable, storeFaultOf } from './store-fault.ts'

const ofServer = (code: string): Error => Object.assign(new Error('of the server'), { code, detail: 'Key (a)=(b)' })

test.each([
  ['08006', 'PostgreSQL cannot be reached'],
  ['25006', 'it takes no writes'],
  ['25P03', 'it took too long'],
  ['28P01', 'it does not accept the credentials of the secret'],
  ['40P01', 'it gave precedence to another transaction'],
  ['42501', 'its role lacks a privilege'],
  ['42P01', 'its schema is missing or older than this version'],
  ['53100', 'its disk is full'],
  ['53200', 'it is out of resources'],
  ['53300', 'it has no connection left'],
  ['57P01', 'PostgreSQL cannot be reached'],
  ['57014', 'it took too long'],
  ['58030', 'its files cannot be read or written'],
])('SQLSTATE %s is an outage that may pass', (code, detail) => {
  const fault = storeFaultOf(ofServer(code))
  expect(fault).toMatchObject({ code: 'STORE_UNAVAILABLE', detail, retryAfter: expect.any(Number) })
  expect(inspect(fault)).not.toContain('(b)')
})

test.each([
  Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED', syscall: 'connect' }),
  Object.assign(new Error('unable to verify'), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
  new Error('Connection terminated unexpectedly'),
  new Error('timeout exceeded when trying to connect'),
  new Error('Query read timeout'),
])('what befalls a connection is an outage: $message', (error) => {
  expect(storeFaultOf(error)).toMatchObject({ code: 'STORE_UNAVAILABLE' })
  expect(isUnreachable(error)).toBe(true)
})

test('a data exception is told without the data', () => {
  const error = Object.assign(new Error('invalid input: "secret of a tenant"'), { code: '22P02', routine: 'parse' })
  expect(inspect(storeFaultOf(error), { depth: 9 })).not.toContain('tenant')
  expect(storeFaultOf(error).code).toBe('INTERNAL')
})

test('one of ours stays as it is', () => {
  const conflict = new MillraceError('STORE_CONFLICT', 'detail')
  expect(storeFaultOf(conflict)).toBe(conflict)
})
