import { describe, test } from 'vitest'
import { makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test('R8 a label of an enum that is renamed is in every row that had it: the rollups are built anew', async () => {
    await using world = await makeHostWorld({
      cluster: servers.cluster,
      storeServer: servers.storeServer,
      writer: { tables: ['booking', 'visit'] },
    })
    await using folding = await world.folding('all')
    await world.expectEqual('all')
    const { host } = world.source
    // Before the next heartbeat, changes speak of a label that was counted under another name.
    await host.query(`alter type severity rename value 'low' to 'negligible'`)
    await host.query(`update finding set severity = 'high' where severity = 'negligible' and id % 2 = 0`)
    await folding.until('build-stopped', ({ build, again }) => again && build.report === 'active')
    await world.expectEqual('all')
    await host.query(`alter type severity rename value 'negligible' to 'low'`)
    await folding.until('build-stopped', ({ build, again }) => again && build.report === 'active' && build.number > 12)
    await world.expectEqual('all')
  })
})
