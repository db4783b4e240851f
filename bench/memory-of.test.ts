import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseStatus, residentMemory } from './memory-of.ts'

test('memory is in units of 1,024 bytes, whatever the columns', () => {
  const text = 'Name:\tnode\nVmPeak:\t 2000000 kB\nVmHWM:\t  250000 kB\nVmRSS:\t   1000 kB\n'
  expect(parseStatus(text)).toEqual({ now: 1.024, most: 256 })
})

test.skipIf(!existsSync('/proc/self/status'))('this process has memory, and had at least as much', () => {
  const { now, most } = residentMemory(process.pid)
  expect(now).toBeGreaterThan(10)
  expect(most).toBeGreaterThanOrEqual(now)
})
