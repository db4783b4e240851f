import { describe, test } from 'vitest'
import { goesAway } from './away-store.ts'
import { makeHostWorld, versions } from './host-world.ts'
import { fewerStoreKinds, useServers } from './servers.ts'

/** It is asked for a second and a third time within them. */
const milliseconds = 500

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  const calls = ['progress', 'restart', 'apply', 'builds', 'open', 'addBase', 'ready', 'requests', 'answer'] as const
  test.each(fewerStoreKinds.flatMap((kind) => calls.map((at) => [at, kind] as const)))(
    'S1 a store that goes away for a while when it is asked for %s is waited for, and nothing is lost, in %s',
    async (at, kind) => {
      await using world = await makeHostWorld(await servers.storedIn(kind))
      const store = goesAway(world.store, at, milliseconds)
      await world.store.ask('main', { kind: 'verify', tenant: 'zenith' })
      await using folding = await world.folding('all', { store })
      await folding.until('trouble', ({ about }) => about === 'store')
      await world.expectEqual('all')
      await folding.until('request', ({ request }) => request.state === 'done')
      await world.expectEqual('all')
    },
  )

  test.each(fewerStoreKinds)(
    'S1 a store that goes away in a batch, while builds are made ready one by one, is waited for, in %s',
    async (kind) => {
      await using world = await makeHostWorld(await servers.storedIn(kind))
      await using folding = await world.folding('all', { store: goesAway(world.store, 'apply', milliseconds, 'ready') })
      await folding.until('trouble', ({ about }) => about === 'store')
      await world.expectEqual('all')
    },
  )
})
