import { describe, expect, test } from 'vitest'
import { makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

/** Log of 64 MiB, and a checkpoint that takes away what no slot may keep. */
const outgrow = `do $$ begin for i in 1..64 loop perform pg_logical_emit_message(false, 'host', repeat('x', 1048576)); end loop; end $$`

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version, settings: { max_slot_wal_keep_size: '16MB', max_wal_size: '32MB' } })

  test('R10 a slot whose log the server gave up while no worker ran is replaced, and everything built anew', async () => {
    await using world = await makeHostWorld(servers)
    let slot = ''
    {
      await using folding = await world.folding('all')
      await world.expectEqual('all')
      slot = (await folding.until('started')).slot
    }
    await world.writer.writes(50)
    await world.source.host.query(outgrow)
    await world.source.host.query('checkpoint')
    const { rows } = await world.source.host.query('select wal_status from pg_replication_slots where slot_name = $1', [
      slot,
    ])
    expect(rows).toEqual([{ wal_status: 'lost' }])
    await using folding = await world.folding('all')
    const { reason } = await folding.until('restarted')
    expect(reason).toContain('lost')
    await world.expectEqual('all')
    const left = await world.source.host.query('select from pg_replication_slots where slot_name = $1', [slot])
    expect(left.rowCount, 'the lost slot is dropped').toBe(0)
  })
})
