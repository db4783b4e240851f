import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PositionHistory, parsePosition } from './position-history.ts'

const text = (position: number) =>
  `${Math.floor(position / 2 ** 32)
    .toString(16)
    .toUpperCase()}/${(position % 2 ** 32).toString(16).toUpperCase()}`
const second = 1_000_000

function withClock(capacity?: number) {
  const clock = { milliseconds: 0 }
  const history = new PositionHistory({ now: () => clock.milliseconds, ...(capacity !== undefined && { capacity }) })
  return { clock, history }
}

describe('a position of the log', () => {
  test('is two halves in hexadecimal', () => {
    expect(parsePosition('0/0')).toBe(0n)
    expect(parsePosition('16/B374D848')).toBe(0x16b374d848n)
    expect(parsePosition('FFFFFFFF/ffffffff')).toBe(2n ** 64n - 1n)
  })
  test.each(['', '1', '1/', '/1', '1/100000000', 'x/1', '1/1 '])('is not %j', (wrong) => {
    expect(() => parsePosition(wrong)).toThrow(RangeError)
  })
})

test('an answer is as current as the latest moment that its server has replayed', () => {
  const { history, clock } = withClock()
  history.record(text(100), String(1 * second))
  history.record(text(200), String(2 * second))
  history.record(text(200), String(3 * second))
  history.record(text(300), String(4 * second))
  expect(history.freshness(text(300))).toEqual({ asOf: '1970-01-01T00:00:04Z', lagSeconds: 0 })
  expect(history.freshness(text(999))).toEqual({ asOf: '1970-01-01T00:00:04Z', lagSeconds: 0 })
  expect(history.freshness(text(299))).toEqual({ asOf: '1970-01-01T00:00:03Z', lagSeconds: 1 })
  expect(history.freshness(text(199))).toEqual({ asOf: '1970-01-01T00:00:01Z', lagSeconds: 3 })
  expect(history.freshness(text(99))).toEqual({ asOf: null, lagSeconds: null })
  clock.milliseconds = 2_500
  expect(history.freshness(text(300))).toEqual({ asOf: '1970-01-01T00:00:04Z', lagSeconds: 2.5 })
})

test('before the primary was asked nothing is known', () => {
  expect(withClock().history.freshness(text(100))).toEqual({ asOf: null, lagSeconds: null })
})

test('asOf has the microseconds of the primary', () => {
  const { history } = withClock()
  history.record(text(1), '1767225600123456')
  expect(history.freshness(text(1)).asOf).toBe('2026-01-01T00:00:00.123456Z')
})

test.each([
  ['whose log is behind', 50, 9],
  ['whose clock is behind', 500, 1],
])('another primary, %s, begins a new history', (_, position, at) => {
  const { history } = withClock()
  history.record(text(100), String(5 * second))
  history.record(text(position), String(at * second))
  expect(history.freshness(text(position)).asOf).toBe(`1970-01-01T00:00:0${at}Z`)
  expect(history.freshness(text(position - 1)).asOf).toBeNull()
})

test('any history: what is forgotten makes an answer older, never newer, and the latest moments are not forgotten', () => {
  const steps = fc.array(fc.record({ bytes: fc.nat(3), passed: fc.nat(5) }), { minLength: 1, maxLength: 120 })
  fc.assert(
    fc.property(steps, fc.nat(400), fc.integer({ min: 4, max: 20 }), (moves, asked, capacity) => {
      const { history } = withClock(capacity)
      const moments: { position: number; at: number }[] = []
      let [position, at] = [10, 10]
      for (const { bytes, passed } of moves) {
        position += bytes
        at += passed
        moments.push({ position, at })
        history.record(text(position), String(at))
      }
      const newest = moments.filter((moment) => moment.position <= asked).at(-1)
      const { asOf, lagSeconds } = history.freshness(text(asked))
      if (newest === undefined || asOf === null) {
        expect(asOf).toBeNull()
        return
      }
      const told = microseconds(asOf)
      expect(told).toBeLessThanOrEqual(newest.at)
      expect(moments.some((moment) => moment.at === told)).toBe(true)
      expect(lagSeconds).toBeCloseTo((at - told) / 1e6, 9)
      const isRecent = moments.slice(-Math.floor(capacity / 2)).includes(newest)
      if (isRecent) expect(told).toBe(newest.at)
    }),
    { numRuns: 500 },
  )
})

/** Microseconds since 1970 of an instant in the first second. */
function microseconds(iso: string): number {
  const [, fraction = ''] = /^1970-01-01T00:00:00(?:\.(\d+))?Z$/.exec(iso) ?? []
  return Number(fraction.padEnd(6, '0'))
}
