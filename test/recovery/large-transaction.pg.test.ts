import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isLong, makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

const megabyte = 1024 * 1024
const rows = isLong ? 500_000 : 200_000
/** Every row has an asset of its own, so that hardly two of them add to one counter. */
const insert = `insert into finding (id, tenant_id, severity, asset, cvss, first_seen_at)
  select 10000000 + n, (array['acme', 'zenith'])[1 + n % 2], 'low', 'asset ' || n, n % 100 / 10.0, timestamptz '2026-11-01' + n * interval '1 second'
  from generate_series(1, ${rows}) n`

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test(`R3 R9 a transaction of ${rows} rows is folded whole, in bounded memory, by way of the disk`, {
    timeout: 600_000,
  }, async () => {
    const spillFolder = await mkdtemp(join(tmpdir(), 'millrace-test-'))
    try {
      await using world = await makeHostWorld({
        ...servers,
        cluster: servers.cluster,
        storeServer: servers.storeServer,
      })
      const worker = world.worker('findings', { fold: { memoryBytes: 16 * megabyte, spillFolder } })
      await worker.until('started')
      await world.expectEqual('findings')
      const before = worker.peakBytes
      await world.source.host.query(insert)
      const batch = await worker.until('batch', ({ changes }) => changes >= rows)
      expect(batch.spilledBytes).toBeGreaterThan(megabyte)
      await world.expectEqual('findings')
      expect((worker.peakBytes - before) / megabyte, 'MiB more than before').toBeLessThan(200)
      expect(await readdir(spillFolder), 'what is left on the disk').toEqual([])
    } finally {
      await rm(spillFolder, { recursive: true })
    }
  })
})
