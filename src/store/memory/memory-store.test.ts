import { storeContract } from '../contract.ts'
import { MemoryStore } from './memory-store.ts'

storeContract(
  'the memory store',
  async () => {
    const store = new MemoryStore()
    return { store, another: async () => store, close: () => store.close() }
  },
  { histories: 300 },
)
