import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Addition } from '../store/report-store.ts'
import { Spill } from './spill.ts'

test('what is put on disk comes back as it was, as often as it is read, and is gone afterwards', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spill-test-'))
  const build = { tenant: 'a\u2028"\n', report: 'r', number: 7 }
  const counters = Array.from({ length: 5_000 }, (_, n) => ({
    sort: `${n}\u0001\u2029\r\n\ud83d\ude00`,
    by: [BigInt(n) - 2_500n, 10n ** 40n],
    ...(n % 3 === 0 && { expiresAt: n - 2_500 }),
  }))
  const spill = await Spill.create(folder)
  await spill.write(build, counters)
  await spill.write(build, [])
  for (let time = 0; time < 2; time++) {
    const read: Addition[] = []
    for await (const addition of spill) read.push(addition)
    expect(read).toEqual(counters.map((each) => ({ build, ...each })))
  }
  expect(spill.bytes).toBeGreaterThan(100_000)
  await spill.remove()
  expect(await readdir(folder)).toEqual([])
  await rm(folder, { recursive: true })
})
