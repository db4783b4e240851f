import { expect, test } from 'vitest'
import { type Circumstances, findDiscontinuity } from './continuity.ts'
import { firstPosition, positionOfNumber } from './position.ts'
import type { Slot } from './slot.ts'

const at = (number: number) => positionOfNumber(BigInt(number))
const slot: Slot = {
  name: 'millrace_1',
  plugin: 'pgoutput',
  database: 'app',
  activePid: 1,
  confirmed: at(90),
  walStatus: 'reserved',
  retainedBytes: 0,
  safeBytes: undefined,
  invalidation: undefined,
}
const server = { systemIdentifier: '7', timeline: 3 }
const timelineEnds = [
  { timeline: 1, end: at(50) },
  { timeline: 2, end: at(80) },
]
const fine: Circumstances = {
  reached: { position: at(100), server },
  slot,
  server,
  timelineEnds,
  flushed: at(120),
  database: 'app',
}
const reason = (change: Partial<Circumstances>) => findDiscontinuity({ ...fine, ...change })?.reason

test('R2 changes continue where the slot is not past what is durable', () => {
  expect(findDiscontinuity(fine)).toBeUndefined()
  expect(reason({ slot: { ...slot, confirmed: at(100) } })).toBeUndefined()
  expect(findDiscontinuity({ ...fine, slot: { ...slot, confirmed: at(101) } })).toEqual({
    reason: 'slot-ahead',
    detail: 'the slot was acknowledged up to 0/65, past 0/64, which is durable',
  })
})

test('R2 before anything is durable there is nothing to continue from', () => {
  expect(reason({ reached: { position: firstPosition } })).toBeUndefined()
})

test('R10 a slot that is gone, lost, or of somebody else gives no changes', () => {
  expect(reason({ slot: undefined })).toBe('slot-missing')
  expect(reason({ slot: { ...slot, plugin: 'wal2json' } })).toBe('slot-missing')
  expect(reason({ slot: { ...slot, database: 'other' } })).toBe('slot-missing')
  expect(reason({ slot: { ...slot, walStatus: 'lost' } })).toBe('slot-lost')
  expect(reason({ slot: { ...slot, invalidation: 'idle_timeout' } })).toBe('slot-lost')
  expect(reason({ slot: { ...slot, walStatus: 'unreserved' } })).toBeUndefined()
})

test('R10 another server, or one that was put back, is not the one that was read', () => {
  expect(reason({ reached: { position: at(100), server: { ...server, systemIdentifier: '8' } } })).toBe('other-server')
  expect(reason({ flushed: at(99) })).toBe('other-server')
  expect(reason({ flushed: at(100) })).toBeUndefined()
})

test.each([
  [1, 50, undefined],
  [1, 51, 'timeline-diverged'],
  [2, 80, undefined],
  [2, 81, 'timeline-diverged'],
  [3, 100, undefined],
  [4, 10, 'timeline-diverged'],
] as const)(
  'R10 what was reached on timeline %i at %i is judged by where it ended: %s',
  (timeline, position, expected) => {
    const reached = { position: at(position), server: { ...server, timeline } }
    expect(reason({ reached, slot: { ...slot, confirmed: at(1) } })).toBe(expected)
  },
)
