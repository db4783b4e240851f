import { describe, expect, test } from 'vitest'
import { makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

/** The store says what a server says whose disk is full, at every new counter. */
const fullDisk = `create function reporting.full_disk() returns trigger language plpgsql as
  $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
  create trigger full_disk before insert or update on reporting.counters for each row execute function reporting.full_disk()`

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test('S1 while the disk of the store is full the worker waits and says so; then it goes on with nothing lost or added twice', async () => {
    await using world = await makeHostWorld(servers)
    await using folding = await world.folding('all')
    await world.expectEqual('all')
    const { position } = await world.store.progress('main')
    await world.storeRows(fullDisk)
    const { detail } = await folding.until('trouble', ({ about }) => about === 'store')
    expect(detail).toContain('disk')
    await world.writer.writes(100)
    const told = folding.events.length
    await folding.until('trouble', (event) => folding.events.indexOf(event) >= told)
    expect((await world.store.progress('main')).position >= position).toBe(true)
    await world.storeRows('drop trigger full_disk on reporting.counters')
    await world.expectEqual('all')
    expect(folding.events.filter(({ type }) => type === 'build-stopped' || type === 'restarted')).toHaveLength(1)
  })

  test('S1 a disk that is full while builds are filled delays them', async () => {
    await using world = await makeHostWorld(servers)
    await world.storeRows(fullDisk)
    await using folding = await world.folding('all')
    await folding.until('build-opened')
    await folding.until('trouble', ({ about }) => about === 'store')
    await world.storeRows('drop trigger full_disk on reporting.counters')
    await world.expectEqual('all')
  })
})
