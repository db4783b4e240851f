import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { bundleElements } from '../../examples/back-office/page-files.ts'

test('all elements with everything that they need are at most 35 kB for who downloads them', {
  timeout: 60_000,
}, async () => {
  const module = await bundleElements()
  expect(module).toContain('millrace-series')
  expect(gzipSync(module, { level: 9 }).length).toBeLessThanOrEqual(35_000)
})
