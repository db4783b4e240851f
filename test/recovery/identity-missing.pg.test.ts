import { describe, expect, test } from 'vitest'
import { makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

const identity = `select relreplident as identity from pg_class where oid = $1::regclass`

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test.each([
    ['finding', 'finding'],
    ['visit', 'visit_new'],
  ])(
    'R6 a table whose old rows are no longer said is never guessed at: the rollups of %s are built anew, and %s says them again',
    async (source, table) => {
      await using world = await makeHostWorld(servers)
      await using folding = await world.folding('all')
      await world.expectEqual('all')
      const { host } = world.source
      await host.query(
        `begin; alter table ${table} replica identity default; update ${source} set tenant_id = 'zenith' where tenant_id = 'acme' and id % 7 = 0; commit`,
      )
      const { detail } = await folding.until('build-stopped', ({ again }) => again)
      expect(detail).toContain(table)
      await world.expectEqual('all')
      await expect
        .poll(async () => (await host.query(identity, [table])).rows, { timeout: 20_000 })
        .toEqual([{ identity: 'f' }])
      // From then on updates are followed again.
      const from = folding.events.length
      await world.writer.writes(30)
      await world.expectEqual('all')
      expect(folding.events.slice(from).filter(({ type }) => type === 'build-stopped')).toEqual([])
    },
  )
})
