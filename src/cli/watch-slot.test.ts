import { expect, test } from 'vitest'
import { eventually } from '../../test/eventually.ts'
import type { Slot } from '../replication/slot.ts'
import { judgeSlot } from './judge-slot.ts'
import { watchSlot } from './watch-slot.ts'

const well: Slot = {
  name: 'millrace_1',
  plugin: 'pgoutput',
  database: 'app',
  activePid: 7,
  confirmed: '0000000000000100',
  walStatus: 'reserved',
  retainedBytes: 1024,
  safeBytes: 10_000,
  invalidation: undefined,
}

test.each<[string, Partial<Slot> | undefined, string | undefined]>([
  ['one that is read', {}, undefined],
  ['one without a limit', { safeBytes: undefined, retainedBytes: 10 ** 12 }, undefined],
  ['one that nobody reads', { activePid: undefined }, 'warning is read by nobody'],
  ['one of whose log little is left', { retainedBytes: 9_000, safeBytes: 2_000 }, 'error will be lost soon'],
  ['one whose log may go at any time', { walStatus: 'unreserved', safeBytes: 0 }, 'error will be lost soon'],
  ['one whose log is gone', { walStatus: 'lost' }, 'error is lost (lost)'],
  ['one that is invalidated', { invalidation: 'wal_removed' }, 'error is lost (wal_removed)'],
  ['one that is gone', undefined, 'error is not there any more'],
])('R10 %s', (_, change, expected) => {
  const [found, ...others] = judgeSlot('millrace_1', change && { ...well, ...change })
  expect(others).toEqual([])
  expect(found && `${found.severity} ${found.problem}`.slice(0, expected?.length)).toBe(expected)
})

test('R10 a worker says once that its slot will be lost, and once that it is well again', async () => {
  const looks: (Partial<Slot> | Error)[] = [
    {},
    { walStatus: 'unreserved' },
    { walStatus: 'unreserved' },
    new Error('away'),
    {},
    {},
  ]
  const told: (string | undefined)[] = []
  let at = 0
  const watch = watchSlot({
    everyMilliseconds: 5,
    look: async () => {
      const look = looks[at++] ?? {}
      if (look instanceof Error) throw look
      return { name: well.name, slot: { ...well, ...look } }
    },
    tell: (finding) => told.push(finding?.problem),
  })
  await eventually(() => expect(at).toBeGreaterThan(looks.length))
  watch.close()
  expect(told).toEqual([expect.stringContaining('will be lost soon'), undefined])
})
