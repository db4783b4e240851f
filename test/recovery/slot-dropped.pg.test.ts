import { describe, expect, test } from 'vitest'
import { makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

/** Whoever drops it must be before the worker, which comes back at once. */
const drop = (slot: string) => `do $$ begin loop begin
  perform pg_terminate_backend(active_pid, 5000) from pg_replication_slots where slot_name = '${slot}';
  perform pg_drop_replication_slot('${slot}'); exit;
  exception when object_in_use then null; end; end loop; end $$`

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test('R10 a slot that somebody drops while it is read is made anew, and everything built anew', async () => {
    await using world = await makeHostWorld(servers)
    await using folding = await world.folding('all')
    await folding.ready(12)
    await world.expectEqual('all')
    const { slot } = await folding.until('started')
    await world.source.host.query(drop(slot))
    await world.writer.writes(20)
    const { reason } = await folding.until('restarted', ({ slot: next }) => next !== slot)
    expect(reason).toContain('the replication slot')
    await world.expectEqual('all')
  })
})
