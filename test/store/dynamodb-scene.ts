import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { Consumed } from '../../src/store/dynamodb/capacity.ts'
import { type DynamoStoreOptions, openDynamoStore } from '../../src/store/dynamodb/dynamodb-store.ts'
import type { TestTable } from './dynamodb-table.ts'

/** A store in a table, a stream of its own unless it is told one, and what the store took. */
export function openScene(
  table: TestTable,
  options: Partial<DynamoStoreOptions> = {},
  stream: string = crypto.randomUUID(),
) {
  const consumed: Consumed[] = []
  const store = openDynamoStore({ ...table, observe: (each) => consumed.push(each), ...options })
  return { store, other: store, stream, counters: 1, consumed, [Symbol.asyncDispose]: () => store.close() }
}

/** All items of a table that hold a text, as JSON. */
export async function itemsWith(client: DynamoDBClient, { table }: TestTable, text: string): Promise<string[]> {
  const items: string[] = []
  let start: Record<string, never> | undefined
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        ...(start !== undefined && { ExclusiveStartKey: start }),
      }),
    )
    items.push(...(page.Items ?? []).map((item) => JSON.stringify(item)).filter((item) => item.includes(text)))
    start = page.LastEvaluatedKey as typeof start
  } while (start !== undefined)
  return items
}
