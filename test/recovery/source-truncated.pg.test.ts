import { describe, expect, test } from 'vitest'
import { makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test('R7 after TRUNCATE, of a table and of a partition, alone and amid other changes, the rollups of that source are built anew', async () => {
    await using world = await makeHostWorld(servers)
    await using folding = await world.folding('all')
    await folding.ready(12)
    const { host } = world.source
    const truncated = async (statement: string, detail: string, builds: number) => {
      const from = folding.events.length
      await host.query(statement)
      const ended = () =>
        folding.events.slice(from).filter((event) => event.type === 'build-stopped' && event.detail.includes(detail))
      await folding.until('build-stopped', () => ended().length >= builds)
      await world.expectEqual('all')
      const others = folding.events
        .slice(from)
        .filter((event) => event.type === 'build-stopped' && !event.detail.includes(detail))
      expect(others).toEqual([])
    }
    await truncated('truncate booking', 'booking', 3)
    await truncated(
      `begin; insert into finding (tenant_id, severity, asset, first_seen_at) values ('acme', 'low', 'x', now()); truncate finding, booking;
        insert into finding (tenant_id, severity, asset, first_seen_at) values ('acme', 'high', 'y', now()); commit`,
      'was truncated',
      9,
    )
    await truncated('truncate visit_new', 'visit_new', 3)
    await truncated('truncate visit', 'visit', 3)
  })
})
