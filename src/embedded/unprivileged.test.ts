import { expect, test } from 'vitest'
import { unprivilegedAccount } from './unprivileged.ts'

const listed = (...names: string[]) =>
  [
    'root:x:0:0:root:/root:/bin/sh',
    ...names.map((name, index) => `${name}:x:${101 + index}:${201 + index}::/:/bin/sh`),
  ].join('\n')

test('an account that is not root runs PostgreSQL itself', () => {
  expect(unprivilegedAccount(1000, () => listed('postgres'))).toBeUndefined()
})

test('root runs PostgreSQL as postgres, and as nobody where there is no postgres', () => {
  expect(unprivilegedAccount(0, () => listed('nobody', 'postgres'))).toEqual({ name: 'postgres', uid: 102, gid: 202 })
  expect(unprivilegedAccount(0, () => listed('daemon', 'nobody'))).toEqual({ name: 'nobody', uid: 102, gid: 202 })
})

test('an account named postgres that is root too is passed over', () => {
  const accounts = 'postgres:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh'
  expect(unprivilegedAccount(0, () => accounts)?.name).toBe('nobody')
})

test('root on a machine with neither account is told so', () => {
  expect(() => unprivilegedAccount(0, () => listed('daemon'))).toThrow(/neither postgres nor nobody/)
})
