import { describe, expect, test } from 'vitest'
import { makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

const rows = (table: string, from: string) => `insert into ${table} (tenant_id, at, regular)
  select t.id, timestamptz '${from}' + n * interval '1 hour', n % 3 = 0 from tenant t, generate_series(1, 50) n`

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test('R8 partitions that are made, attached, detached, dropped and come back are in the answer, or out of it', async () => {
    await using world = await makeHostWorld(servers)
    await using folding = await world.folding('all')
    await world.expectEqual('all')
    const { host } = world.source
    /** The builds that are read, or will be, were opened since: those that were under way may know the table as it is already. */
    const builtAnew = async (statement: string) => {
      const numbers = (await world.store.builds('main')).map(({ number }) => number)
      await host.query(statement)
      await folding.until(
        'build-ready',
        ({ build }) => build.report === 'regular' && build.number > Math.max(...numbers),
      )
      await world.expectEqual('all')
    }

    // One that is new and empty: nothing is built anew, and what is written to it at once is folded.
    const before = folding.events.length
    await host.query(`create table visit_2027 partition of visit for values from ('2027-01-01') to ('2028-01-01')`)
    await host.query(rows('visit', '2027-03-01'))
    await world.expectEqual('all')
    expect(folding.events.slice(before).filter(({ type }) => type === 'build-stopped')).toEqual([])

    await host.query(`create table visit_2028 (like visit including defaults including indexes)`)
    await host.query(
      rows('visit_2028', '2028-03-01')
        .replace('(tenant_id', '(id, tenant_id')
        .replace('select t.id', `select nextval('visit_id_seq'), t.id`),
    )
    await builtAnew(`alter table visit attach partition visit_2028 for values from ('2028-01-01') to ('2029-01-01')`)
    await host.query(`update visit set regular = not regular where at > '2028-01-01'`)
    await world.expectEqual('all')

    await builtAnew('alter table visit detach partition visit_2027')
    // Meanwhile its rows change, and no report may know.
    await host.query(`delete from visit_2027 where regular`)
    await world.expectEqual('all')
    await builtAnew(`alter table visit attach partition visit_2027 for values from ('2027-01-01') to ('2028-01-01')`)
    await builtAnew('drop table visit_2028')
    await builtAnew('begin; alter table visit detach partition visit_2027; drop table visit_2027; commit')
  })
})
