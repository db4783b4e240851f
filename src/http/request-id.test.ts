import { expect, test } from 'vitest'
import { requestIdOf, traceparentOf } from './request-id.ts'

test.each(['0123456789abcdef', 'Root=1-67891233-abcdef012345678912345678', 'req_8f/2+x=.:'])('%s is kept', (id) => {
  expect(requestIdOf({ 'x-request-id': id })).toBe(id)
})

test.each(['', 'short', 'x'.repeat(129), 'line\nforged-line', 'quote"quote"', 'ünïcödé-id', 'a b c d e f g'])(
  '%j is replaced',
  (id) => {
    expect(requestIdOf({ 'x-request-id': id })).toMatch(/^[\da-f]{8}-/)
  },
)

test('two requests without an id get two', () => {
  expect(requestIdOf({})).not.toBe(requestIdOf({}))
})

test('a traceparent is taken only where it is one', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  expect(traceparentOf({ traceparent })).toBe(traceparent)
  for (const wrong of ['', '00-x', traceparent.toUpperCase(), `${traceparent}-x`, traceparent.replace(/[^-]/g, '0')])
    expect(traceparentOf({ traceparent: wrong })).toBeUndefined()
})
