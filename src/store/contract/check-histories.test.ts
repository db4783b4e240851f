import { expect, test } from 'vitest'
import { brokenStores } from '../../../test/store/broken-stores.ts'
import type { MemoryStore } from '../memory/memory-store.ts'
import { checkHistories } from './check-histories.ts'
import { BrokenLaw } from './witness.ts'

const opened = (store: MemoryStore) => ({ store, another: async () => store, close: async () => {} })

for (const [name, Broken] of Object.entries(brokenStores)) {
  test(`S1 to S9: the histories catch a store that ${words(name)}`, { timeout: 60_000 }, async () => {
    const caught = await checkHistories(opened(new Broken()), { histories: 3_000, seed: 1 }).catch(
      (error: unknown) => error,
    )
    expect(caught).toMatchObject({ cause: expect.any(BrokenLaw) })
  })
}

function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).trim()
}
