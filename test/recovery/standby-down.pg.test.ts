import { describe, expect, test } from 'vitest'
import { query } from '../../src/embedded/database.ts'
import { settingsOf } from '../replication/source-database.ts'
import { type HostWorld, isLong, makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version, standby: true })
  const standbyOf = ({ source }: HostWorld) =>
    settingsOf({ ...servers.cluster.standby.connection, database: source.settings.database })

  test('R4 a standby that is down, or whose replay is paused, delays what is built, and nothing that is folded', {
    timeout: 180_000,
  }, async () => {
    await using world = await makeHostWorld(servers)
    await servers.cluster.caughtUp()
    await using folding = await world.folding('all', { snapshots: standbyOf(world) })
    await world.expectEqual('all')
    const delayed = async (tenant: string) => {
      const from = folding.events.length
      await world.primary.query('insert into tenant values ($1, $2)', [tenant, 'UTC'])
      await folding.until('trouble', (event) => folding.events.indexOf(event) >= from)
      await world.writer.writes(30)
      await world.expectEqual('all', new Set([tenant]))
      expect(folding.events.slice(from).filter(({ type }) => type === 'started')).toEqual([])
    }
    await servers.cluster.standby.stop('immediate')
    await delayed('newcomer')
    await servers.cluster.standby.start()
    await folding.until('build-ready', ({ build }) => build.tenant === 'newcomer')
    await world.expectEqual('all')
    if (!isLong) return
    // It takes half a minute until that is given up for now.
    await query(servers.cluster.standby.connection, 'select pg_wal_replay_pause()')
    await delayed('late')
    await query(servers.cluster.standby.connection, 'select pg_wal_replay_resume()')
    await folding.until('build-ready', ({ build }) => build.tenant === 'late')
    await world.expectEqual('all')
  })
})
