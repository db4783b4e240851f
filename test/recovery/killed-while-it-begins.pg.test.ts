import { describe, expect, test } from 'vitest'
import { makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

const slots = `select slot_name as slot, active from pg_replication_slots where slot_type = 'logical' and database = current_database()`
const waiting = `select from pg_stat_activity where wait_event = 'transactionid' and application_name like 'millrace%'`

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test('R14 a worker that is killed while its slot is made leaves none behind that would keep the log of the host for ever', async () => {
    await using world = await makeHostWorld(servers)
    const slow = await world.source.connect()
    await slow.query('begin; select pg_current_xact_id()')
    const worker = world.worker('all')
    await expect.poll(async () => (await world.primary.query(waiting)).rowCount, { timeout: 60_000 }).toBe(1)
    await worker.kill()
    // The server goes on with what it was asked for.
    await slow.query('commit')
    await using folding = await world.folding('all')
    await world.expectEqual('all')
    const { slot } = await folding.until('started')
    await expect.poll(async () => (await world.primary.query(slots)).rows).toEqual([{ slot, active: true }])
  })
})
