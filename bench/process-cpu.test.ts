import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { coreSeconds, cpuSeconds, parseStat, withChildren } from './process-cpu.ts'

test('a program may be called anything', () => {
  const line = '4711 (a) b (c) S 12 4711 4711 0 -1 4194560 1 2 3 4 150 50 7 8 20 0 1 0 99'
  expect(parseStat(line)).toEqual({ parent: 12, seconds: 2, ofEndedChildren: 0.15 })
})

test('of a core all that it did counts, and not that it waited', () => {
  const text = 'cpu  9 9 9 9 9 9 9 9 0 0\ncpu1 100 20 30 4000 500 6 4 7 0 0\ncpu10 1 1 1 1 1 1 1 1 0 0\n'
  expect(coreSeconds(1, text)).toBe(1.6)
})

test.skipIf(!existsSync('/proc/self/stat'))('this process takes time, and an ended one none', () => {
  const before = cpuSeconds([process.pid])
  const until = performance.now() + 60
  while (performance.now() < until);
  expect(cpuSeconds([process.pid]) - before).toBeGreaterThanOrEqual(0.02)
  expect(cpuSeconds([2 ** 30])).toBe(0)
  expect(withChildren(process.ppid)).toContain(process.pid)
})
