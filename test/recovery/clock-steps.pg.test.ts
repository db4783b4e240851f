import { describe, expect, test } from 'vitest'
import { makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

/** Changes are told with the time of their origin, where a transaction has one: that is how a clock is set for one alone. */
const steppedTo = (time: string) => `begin; select pg_replication_origin_xact_setup('0/1', ${time});
  insert into finding (tenant_id, severity, asset, first_seen_at) values ('acme', 'high', 'stepped', '2026-11-19');
  update booking set nights = nights + 1 where tenant_id = 'zenith' and id <= 300; commit`

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test('R3 S3 a clock of the primary that steps, back and forth, changes no answer and nothing about their order', async () => {
    const { cluster, storeServer } = servers
    // The host's other transactions are in between, by the clock as it is, and wait for no row of these.
    await using world = await makeHostWorld({ cluster, storeServer, writer: { tables: ['finding', 'visit'] } })
    const stepping = await world.source.connect()
    const origin = `stepped in ${world.source.settings.database}`
    await stepping.query('select pg_replication_origin_create($1)', [origin])
    await stepping.query('select pg_replication_origin_session_setup($1)', [origin])
    await using folding = await world.folding('all')
    await world.expectEqual('all')
    const told: bigint[] = []
    for (const time of [
      `now() - interval '1 day'`,
      `'epoch'`,
      `now() + interval '1 hour'`,
      `'-infinity'`,
      `now() - interval '5 minutes'`,
    ]) {
      const from = folding.events.length
      await stepping.query(steppedTo(time))
      await world.writer.writes(10)
      await world.expectEqual('all')
      told.push((await world.store.progress('main')).committedAt)
      const batches = folding.events.slice(from).filter((event) => event.type === 'batch')
      expect(batches.map(({ position }) => position)).toEqual(batches.map(({ position }) => position).sort())
    }
    expect(told, 'how current the answers are, which never goes back').toEqual([...told].sort((a, b) => Number(a - b)))
    expect(folding.events.filter(({ type }) => type === 'build-stopped' || type === 'restarted')).toHaveLength(1)
  })
})
