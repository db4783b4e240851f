import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { MillraceError } from '../../errors.ts'
import { isPassing, isThrottle, storeFaultOf } from './store-fault.ts'

const told = (name: string, status: number, message = 'of key "secret of a tenant"'): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } })

test.each([
  ['ThrottlingException', 400, 'DynamoDB takes no more requests for now'],
  ['ProvisionedThroughputExceededException', 400, 'DynamoDB takes no more requests for now'],
  ['InternalServerError', 500, 'DynamoDB cannot be reached'],
  ['ResourceNotFoundException', 400, 'its table does not exist'],
  ['AccessDeniedException', 400, 'its credentials lack a permission'],
  ['UnrecognizedClientException', 400, 'DynamoDB does not accept the credentials, or there are none'],
])('%s is an outage that may pass', (name, status, detail) => {
  const fault = storeFaultOf(told(name, status))
  expect(fault).toMatchObject({ code: 'STORE_UNAVAILABLE', detail, retryAfter: expect.any(Number) })
  expect(inspect(fault, { depth: 9 })).not.toContain('secret of a tenant')
})

test.each([
  Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
  Object.assign(new Error('timed out'), { name: 'TimeoutError' }),
  Object.assign(new SyntaxError('Unexpected end of JSON input'), { $metadata: { httpStatusCode: 200 } }),
])('what befalls a connection passes: $message', (error) => {
  expect(isPassing(error)).toBe(true)
  expect(storeFaultOf(error)).toMatchObject({ code: 'STORE_UNAVAILABLE' })
})

test('what is throttled and what failed inside is sent again, and nothing else', () => {
  expect(isThrottle(told('ThrottlingException', 400))).toBe(true)
  expect(isPassing(told('InternalServerError', 500))).toBe(true)
  for (const name of [
    'ValidationException',
    'AccessDeniedException',
    'ResourceNotFoundException',
    'ConditionalCheckFailedException',
  ])
    expect(isPassing(told(name, 400))).toBe(false)
})

test('an item that is too large says so; of any other refusal the data is left out', () => {
  const large = told('ValidationException', 400, 'Item size to update has exceeded the maximum allowed size')
  expect(storeFaultOf(large)).toMatchObject({ code: 'STORE_LIMIT' })
  const other = storeFaultOf(told('ValidationException', 400))
  expect(other.code).toBe('INTERNAL')
  expect(inspect(other, { depth: 9 })).not.toContain('tenant')
})

test('one of ours stays as it is', () => {
  const conflict = new MillraceError('STORE_CONFLICT', 'detail')
  expect(storeFaultOf(conflict)).toBe(conflict)
})
