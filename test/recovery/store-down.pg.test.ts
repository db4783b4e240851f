import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { isLong, makeHostWorld, versions } from './host-world.ts'
import { fewerStoreKinds, storeKinds, useServers } from './servers.ts'

const seconds = isLong ? 70 : 6
const megabyte = 1024 * 1024
/** An emulator takes a thousand counters a second, and far fewer beside other tests. */
const rowsOfTenant = { postgres: 3_000, dynamodb: 300 } as const
const bulk = (rows: number): string => `insert into finding (tenant_id, severity, asset, cvss, first_seen_at)
  select t.id, 'high', 'asset ' || md5(n::text), n % 100 / 10.0, timestamptz '2026-11-01' + n * interval '1 second'
  from tenant t, generate_series(1, ${rows}) n`

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test.each(fewerStoreKinds)(
    `R9 while the store is down for ${seconds} s the host writes on, the memory of the worker stays bounded, and nothing is lost, in %s`,
    {
      timeout: 120_000 + seconds * 2_000,
    },
    async (kind) => {
      const { cluster, storeServer } = await servers.storedIn(kind)
      await using world = await makeHostWorld({ cluster, storeServer })
      const worker = world.worker('all', { fold: { memoryBytes: 4 * megabyte } })
      await worker.until('started')
      await world.expectEqual('all')
      const before = worker.peakBytes
      await storeServer.stop('immediate')
      const began = performance.now()
      for (let turn = 0; turn < 10; turn++) await world.source.host.query(bulk(rowsOfTenant[kind]))
      await world.writer.writes(100)
      await worker.until('trouble', ({ about }) => about === 'store')
      // The incident is that it lasts.
      await delay(Math.max(0, seconds * 1_000 - (performance.now() - began)))
      await storeServer.start()
      await world.expectEqual('all')
      expect((worker.peakBytes - before) / megabyte, 'MiB more than before').toBeLessThan(200)
      expect(worker.events.filter(({ type }) => type === 'restarted' || type === 'build-stopped')).toHaveLength(1)
    },
  )

  test.each(storeKinds)(
    'S1 a store that crashes again and again, also while builds are filled, adds nothing twice, in %s',
    {
      timeout: 120_000,
    },
    async (kind) => {
      const { cluster, storeServer } = await servers.storedIn(kind)
      await using world = await makeHostWorld({ cluster, storeServer })
      await using folding = await world.folding('all')
      await folding.until('build-opened')
      for (let turn = 0; turn < (isLong ? 20 : 4); turn++) {
        await storeServer.stop(turn % 2 === 0 ? 'kill' : 'immediate')
        await storeServer.start()
        await world.writer.writes(30)
        if (turn % 2 === 1) await world.expectEqual('all')
      }
      await world.expectEqual('all')
    },
  )
})
