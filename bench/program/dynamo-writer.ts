import { DynamoDBClient, UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import { batchUpdate } from '../../src/store/dynamodb/counter-item.ts'
import { counterSortKey } from '../../src/store/dynamodb/counter-key.ts'
import { DynamoStore } from '../../src/store/dynamodb/dynamodb-store.ts'
import { buildPartition } from '../../src/store/dynamodb/item-keys.ts'
import { dynamoConfig } from '../../src/store/dynamodb/table-address.ts'
import type { Addition } from '../../src/store/report-store.ts'
import { bookingsByDay } from '../booking-reports.ts'
import { DynamoHistory, firstPosition, stream } from '../dynamo-history.ts'
import type { DynamoAddress } from '../dynamo-table.ts'
import { runProgram } from '../program.ts'

/** What writes the same items by turns. */
export interface DynamoWriterStart {
  readonly address: DynamoAddress
  readonly tenants: number
}

/**
 * `store`: a batch through the store. `same`: the updates that the store would send, made beforehand, by the SDK alone; `add`: what one would write
 * by hand, `ADD` of each number, which counts twice when it is tried again.
 */
export interface DynamoWriterQuestion {
  readonly side: 'store' | 'same' | 'add'
  readonly changes: number
}

export interface DynamoWriterAnswer {
  readonly items: number
  /** Of the process, in seconds. */
  readonly cpu: number
  readonly seconds: number
}

const concurrency = 64
const today = 20_000

runProgram<DynamoWriterStart, object, DynamoWriterQuestion, DynamoWriterAnswer>(async ({ address, tenants }) => {
  const store = new DynamoStore({ ...address, maxConcurrency: concurrency })
  const history = await DynamoHistory.open(store, [bookingsByDay], tenants)
  const client = new DynamoDBClient(dynamoConfig(address, concurrency))
  let day = 0

  const keyOf = ({ build, sort }: Addition) => ({
    pk: { S: buildPartition(stream, build) },
    sk: { S: counterSortKey(sort, 0) },
  })

  function same(addition: Addition): UpdateItemCommandInput {
    const at = { from: firstPosition, to: firstPosition }
    const { update, condition, values } = batchUpdate({ by: addition.by, whole: undefined }, at, false)
    return {
      ...{ TableName: address.table, Key: keyOf(addition), UpdateExpression: update },
      // An older item that the store wrote is past the position; it is written all the same.
      ...{ ConditionExpression: `attribute_exists(pk) OR ${condition}`, ExpressionAttributeValues: values },
      ...{ ReturnConsumedCapacity: 'TOTAL' },
    }
  }

  function add(addition: Addition): UpdateItemCommandInput {
    const places = addition.by.flatMap((value, place) => (value === 0n ? [] : [{ value, place }]))
    return {
      ...{ TableName: address.table, Key: keyOf(addition) },
      UpdateExpression: `ADD ${places.map(({ place }) => `v${place} :a${place}`).join(', ')}`,
      ExpressionAttributeValues: Object.fromEntries(
        places.map(({ value, place }) => [`:a${place}`, { N: value.toString() }]),
      ),
    }
  }

  async function sendAll(inputs: readonly UpdateItemCommandInput[]): Promise<void> {
    let next = 0
    const lane = async (): Promise<void> => {
      while (next < inputs.length) await client.send(new UpdateItemCommand(inputs[next++] as UpdateItemCommandInput))
    }
    await Promise.all(Array.from({ length: concurrency }, lane))
  }

  return {
    ready: {},
    async answer({ side, changes }) {
      // Each day's items are new, and so there are always as many, of the same size.
      const additions = history.draw(changes, today + day++)
      const inputs = side === 'store' ? [] : additions.map(side === 'same' ? same : add)
      global.gc?.()
      const [since, before] = [performance.now(), process.cpuUsage()]
      if (side === 'store') await history.apply(additions)
      else await sendAll(inputs)
      const { user, system } = process.cpuUsage(before)
      return { items: additions.length, cpu: (user + system) / 1e6, seconds: (performance.now() - since) / 1000 }
    },
  }
})
