import { describe, expect, test } from 'vitest'
import { type HostWorld, makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

/** What a migration of the host does to a column that a report reads, what the host writes at once, and how it is undone. */
const migrations = {
  'has another type': {
    column: 'nights',
    change: `alter table booking alter nights type text using 'n' || nights`,
    write: `insert into booking (tenant_id, channel, rate, nights) values ('acme', 'channel 1', 7, 'many')`,
    undo: `delete from booking where nights = 'many'; alter table booking alter nights type integer using substr(nights, 2)::integer`,
  },
  'is dropped': {
    column: 'channel',
    change: 'alter table booking drop channel',
    write: `insert into booking (tenant_id, rate, nights) values ('acme', 7, 3)`,
    undo: `alter table booking add channel text not null default 'channel 1'`,
  },
  'is renamed': {
    column: 'rate',
    change: 'alter table booking rename rate to price',
    write: `update booking set nights = nights + 1 where tenant_id = 'acme'`,
    undo: 'alter table booking rename price to rate',
  },
} as const

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  for (const [what, { column, change, write, undo }] of Object.entries(migrations)) {
    for (const isWritten of [false, true]) {
      test(`R8 a column that ${what}${isWritten ? ', and is written at once,' : ''} stops the rollups of its source by name; they are built again when it fits`, async () => {
        // The host does not write bookings by itself while their table is another one.
        await using world = await makeHostWorld({
          cluster: servers.cluster,
          storeServer: servers.storeServer,
          writer: { tables: ['finding', 'visit'] },
        })
        await using folding = await world.folding('all')
        await world.expectEqual('all')
        await world.source.host.query(isWritten ? `begin; ${change}; ${write}; commit` : change)
        await stopped(world, `column "${column}"`)
        await world.expectEqual('all', new Set(['acme revenue', "o'neill revenue", 'zenith revenue']))
        const from = folding.events.length
        await world.source.host.query(undo)
        await folding.until(
          'build-ready',
          (event) => folding.events.indexOf(event) >= from && event.build.report === 'revenue',
        )
        await world.expectEqual('all')
      })
    }
  }
})

/** Until the report over bookings is stopped for all three tenants, and nothing else is, with why. */
async function stopped({ store }: HostWorld, why: string): Promise<void> {
  const look = async () =>
    (await store.builds('main'))
      .filter(({ state }) => state === 'stopped')
      .map(({ report, detail }) => [report, detail?.startsWith('the table does not fit') && detail.includes(why)])
  await expect.poll(look, { timeout: 20_000 }).toEqual(Array(3).fill(['revenue', true]))
}
