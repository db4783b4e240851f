import { openTestTable } from '../../../test/store/dynamodb-table.ts'
import { storeContract } from '../contract.ts'
import { openDynamoStore } from './dynamodb-store.ts'

storeContract(
  'the DynamoDB store',
  async () => {
    const table = await openTestTable()
    const store = openDynamoStore(table)
    return {
      store,
      another: async () => openDynamoStore(table),
      close: async () => {
        await store.close()
        await table[Symbol.asyncDispose]()
      },
    }
  },
  { histories: 12, counters: 1_500 },
)
