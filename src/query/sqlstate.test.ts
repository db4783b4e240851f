import { describe, expect, test } from 'vitest'
import { MillraceError } from '../errors.ts'
import { connectFaultOf, faultOf, isConnectionLost, statementFaultOf } from './sqlstate.ts'

const coded = (code: string, members = {}) => Object.assign(new Error('as the server says it'), { code, ...members })

describe('what an error means to the reader', () => {
  test.each([
    ['08006', 'REPLICA_UNAVAILABLE', true],
    ['57P01', 'REPLICA_UNAVAILABLE', true],
    ['57P02', 'REPLICA_UNAVAILABLE', true],
    ['57P03', 'REPLICA_UNAVAILABLE', true],
    ['ECONNREFUSED', 'REPLICA_UNAVAILABLE', true],
    ['ECONNRESET', 'REPLICA_UNAVAILABLE', true],
    ['ETIMEDOUT', 'REPLICA_UNAVAILABLE', true],
    ['53300', 'REPLICA_UNAVAILABLE', false],
    ['40001', 'REPLICA_UNAVAILABLE', false],
    ['22003', 'VALUE_REFUSED', false],
    ['22008', 'VALUE_REFUSED', false],
    ['57014', 'STATEMENT_TIMEOUT', false],
    ['22012', 'INTERNAL', false],
    ['42P01', 'INTERNAL', false],
    ['25006', 'INTERNAL', false],
    ['XX000', 'INTERNAL', false],
  ])('%s is %s', (code, expected, isLost) => {
    const fault = faultOf(coded(code))
    expect(fault).toMatchObject({ code: expected, cause: { code } })
    expect(isConnectionLost(coded(code))).toBe(isLost)
    expect(fault.detail).not.toContain('server says')
    if (expected === 'REPLICA_UNAVAILABLE') expect(fault.retryAfter).toBeGreaterThan(0)
  })

  test.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout expired',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
  ])('the driver without a code: %s', (message) => {
    expect(faultOf(new Error(message)).code).toBe('REPLICA_UNAVAILABLE')
    expect(isConnectionLost(new Error(message))).toBe(true)
  })

  test.each([new TypeError('a defect of ours'), undefined, null, 'text', { code: 7 }])('%s is INTERNAL', (error) => {
    expect(faultOf(error).code).toBe('INTERNAL')
    expect(isConnectionLost(error)).toBe(false)
  })

  test('one of ours stays as it is', () => {
    const error = new MillraceError('TENANT_UNKNOWN', 'who')
    expect(faultOf(error)).toBe(error)
  })

  test('57014 before the time limit was somebody on the server', () => {
    expect(statementFaultOf(coded('57014'), 99, 100).code).toBe('REPLICA_UNAVAILABLE')
    expect(statementFaultOf(coded('57014'), 100, 100).code).toBe('STATEMENT_TIMEOUT')
    expect(statementFaultOf(coded('22003'), 0, 100).code).toBe('VALUE_REFUSED')
  })

  test('whatever fails while connecting, there is no replica', () => {
    for (const error of [coded('3D000'), coded('28P01'), coded('SELF_SIGNED_CERT_IN_CHAIN'), new TypeError('x')])
      expect(connectFaultOf(error)).toMatchObject({ code: 'REPLICA_UNAVAILABLE', retryAfter: expect.any(Number) })
    expect(connectFaultOf(coded('28P01')).detail).toContain('credentials')
  })
})

test('the cause is for the log, and repeats no value of a row', () => {
  const members = {
    detail: 'Key (a)=(secret)',
    hint: 'secret',
    where: 'secret',
    internalQuery: 'secret',
    position: '7',
  }
  const relation = faultOf(coded('42P01', members)).cause as Error
  expect(relation).toMatchObject({ code: '42P01', message: 'as the server says it', position: '7' })
  expect(JSON.stringify(relation)).not.toContain('secret')
  const conversion = faultOf(
    Object.assign(coded('22P02', members), { message: 'invalid input: "secret"', routine: 'f' }),
  )
  expect(`${(conversion.cause as Error).stack}`).not.toContain('secret')
  expect(conversion.cause).toMatchObject({ code: '22P02', message: 'data exception (f)' })
})
