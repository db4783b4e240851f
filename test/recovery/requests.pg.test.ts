import { describe, expect, test } from 'vitest'
import type { NewRequest } from '../../src/store/report-store.ts'
import { makeHostWorld, versions } from './host-world.ts'
import { fewerOwnStoreKinds, useServers } from './servers.ts'

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test('F1 a counter that somebody has changed in the store is found by verify, and repair mends just that report', async () => {
    await using world = await makeHostWorld(servers)
    await using folding = await world.folding('all')
    await world.expectEqual('all')
    const ask = async (request: NewRequest) => {
      const id = await world.store.ask('main', request)
      const answered = await folding.until(
        'request',
        (event) => event.request.id === id && event.request.state === 'done',
      )
      return JSON.parse(answered.request.outcome)
    }
    expect(await ask({ kind: 'verify' })).toEqual({ done: 12, of: 12, different: [] })
    const before = await world.store.builds('main')
    await world.storeRows(`update reporting.counters set values[3] = values[3] + 1 where (build, sort) = (
      select c.build, min(sort) from reporting.counters c join reporting.builds b using (build) where tenant = 'acme' and report = 'revenue' group by c.build)`)
    await expect(world.expectEqual('all')).rejects.toThrow('revenue of acme')
    const found = { tenant: 'acme', report: 'revenue', repaired: false, counters: 1 }
    expect(await ask({ kind: 'verify', tenant: 'acme' })).toMatchObject({ done: 4, of: 4, different: [found] })
    expect(await ask({ kind: 'verify', tenant: 'zenith' })).toMatchObject({ different: [] })
    expect(await ask({ kind: 'repair' })).toMatchObject({ done: 12, different: [{ ...found, repaired: true }] })
    await world.expectEqual('all')
    const after = new Set((await world.store.builds('main')).map(({ number }) => number))
    const replaced = before.filter(({ number }) => !after.has(number))
    expect(replaced.map(({ tenant, report }) => `${tenant} ${report}`)).toEqual(['acme revenue'])
  })

  test.each(fewerOwnStoreKinds)(
    'F1 rebuild fills a report anew while it is read, and the host writes on, in %s',
    async (kind) => {
      await using world = await makeHostWorld(await servers.storedIn(kind))
      await using folding = await world.folding('all')
      await world.expectEqual('all')
      const id = await world.store.ask('main', { kind: 'rebuild', report: 'trend' })
      await folding.until('request', ({ request }) => request.id === id && request.state === 'done')
      await world.expectEqual('all')
      const ready = (await world.store.builds('main')).filter(
        ({ report, state }) => report === 'trend' && state === 'ready',
      )
      expect(ready.map(({ number }) => number > 12)).toEqual([true, true, true])
    },
  )
})
