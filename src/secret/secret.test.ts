import { format, inspect } from 'node:util'
import pino from 'pino'
import { expect, test } from 'vitest'
import { Secret } from './secret.ts'

const secret = new Secret('qzjxkvw')

test.each([
  ['template', `${secret}`],
  ['String', String(secret)],
  ['concatenation', `a${secret}`.concat(secret as unknown as string)],
  ['JSON.stringify', JSON.stringify({ deep: [{ secret }] })],
  ['inspect with everything shown', inspect({ secret }, { depth: null, showHidden: true, getters: true })],
  ['format %s %o %O %j', format('%s %o %O %j', secret, secret, secret, secret)],
  ['own properties', JSON.stringify([Reflect.ownKeys(secret), Object.entries(secret), { ...secret }])],
  ['structuredClone', inspect(structuredClone({ ...secret }))],
  ['inspection of an error that carries it', inspect(Object.assign(new Error('x', { cause: secret }), { secret }))],
])('a secret is not printed by %s', (_, text) => {
  expect(text).not.toContain('qzjx')
})

test('a secret is not printed by the logger', () => {
  const lines: string[] = []
  pino({}, { write: (line: string) => void lines.push(line) }).info({ secret, settings: { secret } }, 'started')
  expect(lines.join()).toContain('[secret]')
  expect(lines.join()).not.toContain('qzjx')
})

test('a secret that is printed says that it is one', () => {
  expect([`${secret}`, inspect(secret), JSON.stringify(secret)]).toEqual(['[secret]', '[secret]', '"[secret]"'])
})

test('a secret is revealed and compared', () => {
  expect(secret.reveal()).toBe('qzjxkvw')
  expect(secret.equals(new Secret('qzjxkvw'))).toBe(true)
  expect(secret.equals(new Secret('qzjxkv'))).toBe(false)
})
