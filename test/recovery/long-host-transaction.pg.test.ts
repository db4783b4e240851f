import { describe, expect, test } from 'vitest'
import { makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

const open = `begin; insert into booking (tenant_id, channel, rate, nights) values ('acme', 'channel 1', 100, 7);
  update booking set nights = nights + 1 where tenant_id = 'zenith' and id < 100 and id % 2 = 0`

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test('R14 a transaction of the host that stays open while the fold begins is waited for, holds up nobody else, and is counted once', async () => {
    await using world = await makeHostWorld({
      cluster: servers.cluster,
      storeServer: servers.storeServer,
      writer: { tables: ['finding', 'visit'] },
    })
    const slow = await world.source.connect()
    await slow.query(open)
    await using folding = await world.folding('all')
    await expect.poll(() => waitsForTransaction(world.primary), { timeout: 20_000 }).toBe(true)
    await world.writer.writes(100)
    expect(folding.events.filter(({ type }) => type === 'restarted')).toEqual([])
    await slow.query('commit')
    await world.expectEqual('all')
  })

  test('R14 a worker that waits for such a transaction ends when it is asked to, and leaves no slot', async () => {
    await using world = await makeHostWorld(servers)
    const slow = await world.source.connect()
    await slow.query('begin; select pg_current_xact_id()')
    await using folding = await world.folding('all')
    await expect.poll(() => waitsForTransaction(world.primary), { timeout: 20_000 }).toBe(true)
    await folding.stop()
    const { rowCount } = await world.primary.query(
      'select from pg_replication_slots where database = current_database() and slot_type = $1',
      ['logical'],
    )
    expect(rowCount).toBe(0)
    await slow.query('commit')
  })

  test('R14 a transaction that stays open while a tenant is added delays that tenant alone', {
    timeout: 120_000,
  }, async () => {
    await using world = await makeHostWorld(servers)
    await using folding = await world.folding('all')
    await world.expectEqual('all')
    const slow = await world.source.connect()
    await slow.query('begin; select pg_current_xact_id()')
    await world.primary.query(`insert into tenant values ('newcomer', 'UTC')`)
    const [before] = (await world.primary.query(`select pg_current_wal_insert_lsn()::text as lsn`)).rows
    expect(before).toBeDefined()
    // The others are as current as ever.
    await folding.caughtUp()
    await world.writer.writes(50)
    await folding.caughtUp()
    expect((await world.store.builds('main')).filter(({ tenant }) => tenant === 'newcomer')).toEqual([])
    await slow.query('commit')
    await world.expectEqual('all')
  })
})

/** Whether a slot is in the making that waits for a transaction to end. */
async function waitsForTransaction(primary: {
  query(text: string): Promise<{ rowCount: number | null }>
}): Promise<boolean> {
  const text = `select from pg_stat_activity where wait_event = 'transactionid' and application_name like 'millrace%'`
  return (await primary.query(text)).rowCount === 1
}
