import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  BatchWriteItemCommand,
  type BatchWriteItemCommandOutput,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandOutput,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  ScanCommand,
  type ScanCommandOutput,
  UpdateItemCommand,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb'
import type { Item } from './attributes.ts'
import type { Consumed, Purpose } from './capacity.ts'
import { type Clock, systemClock } from './clock.ts'
import type { ItemKey } from './item-keys.ts'
import { type Answer, type Confirm, RequestSender } from './request-sender.ts'
import { type AwsCredentials, dynamoConfig, type TableAddress } from './table-address.ts'

export interface TableClientOptions extends TableAddress {
  readonly credentials?: AwsCredentials
  readonly observe?: (consumed: Consumed) => void
  readonly maxConcurrency?: number
  readonly deadlineMilliseconds?: number
  readonly clock?: Clock
}

/** A write of one item. */
export interface Write {
  readonly purpose: Purpose
  readonly key: ItemKey
  readonly condition?: string
  readonly values?: Record<string, AttributeValue>
  readonly confirm?: Confirm | undefined
}

export interface Written {
  /** False where the condition did not hold: perhaps because the same request had taken effect before, and its answer was lost. */
  readonly isDone: boolean
  /** What was asked for with `returns`; where the condition did not hold, the item as it was, if DynamoDB gave it. */
  readonly item?: Item
}

export interface QueryOptions {
  readonly purpose: Purpose
  readonly pk: string
  /** Both included. */
  readonly between?: { readonly from: string; readonly to: string } | undefined
  readonly prefix?: string
  /** Included. */
  readonly from?: string | undefined
  readonly start?: ItemKey | undefined
  readonly limit?: number
  readonly keysOnly?: boolean
  /** Strongly consistent unless false. */
  readonly isConsistent?: boolean
}

export interface Page {
  readonly items: readonly Item[]
  readonly next: ItemKey | undefined
}

/** A page of a scan takes 128 units: at most 1,280 a second, of the 3,000 that one partition gives. */
const betweenScans = 100

const keyItem = ({ pk, sk }: ItemKey) => ({ pk: { S: pk }, sk: { S: sk } })
export const keyOf = (item: Item): ItemKey => ({ pk: item.pk?.S as string, sk: item.sk?.S as string })

/** One table, by plain requests on its items. Reads are strongly consistent unless said otherwise. Throws STORE_UNAVAILABLE, STORE_LIMIT. */
export class TableClient {
  readonly clock: Clock
  readonly maxConcurrency: number
  readonly deadlineMilliseconds: number
  readonly #client: DynamoDBClient
  readonly #sender: RequestSender
  readonly #common: { readonly TableName: string; readonly ReturnConsumedCapacity: 'TOTAL' }

  constructor(options: TableClientOptions) {
    const { maxConcurrency = 64, deadlineMilliseconds = 60_000, clock = systemClock, observe = () => {} } = options
    this.maxConcurrency = maxConcurrency
    this.deadlineMilliseconds = deadlineMilliseconds
    this.clock = clock
    this.#common = { TableName: options.table, ReturnConsumedCapacity: 'TOTAL' }
    const client = new DynamoDBClient(dynamoConfig(options, maxConcurrency))
    this.#client = client
    this.#sender = new RequestSender({ clock, maxConcurrency, deadlineMilliseconds, observe })
  }

  async get(purpose: Purpose, key: ItemKey): Promise<Item | undefined> {
    const command = new GetItemCommand({ ...this.#common, Key: keyItem(key), ConsistentRead: true })
    const { output } = await this.#sender.send(() => this.#client.send(command), {
      operation: 'GetItem',
      purpose,
    })
    return (output as GetItemCommandOutput).Item
  }

  /** Those that are there, in no order. */
  async getMany(purpose: Purpose, keys: readonly ItemKey[]): Promise<readonly Item[]> {
    const { TableName, ReturnConsumedCapacity } = this.#common
    const found: Item[] = []
    for (let at = 0; at < keys.length; at += 100) {
      let left: Record<string, AttributeValue>[] = keys.slice(at, at + 100).map(keyItem)
      for (let turn = 0; left.length > 0; turn++) {
        await this.#sender.pause(turn)
        const RequestItems = { [TableName]: { Keys: left, ConsistentRead: true } }
        const command = new BatchGetItemCommand({ RequestItems, ReturnConsumedCapacity })
        const { output } = await this.#sender.send(() => this.#client.send(command), {
          operation: 'BatchGetItem',
          purpose,
        })
        const { Responses, UnprocessedKeys } = output as BatchGetItemCommandOutput
        found.push(...(Responses?.[TableName] ?? []))
        left = UnprocessedKeys?.[TableName]?.Keys ?? []
      }
    }
    return found
  }

  async query(options: QueryOptions): Promise<Page> {
    const { purpose, pk, between, prefix, from, start, limit, keysOnly = false, isConsistent = true } = options
    const bound = between?.from ?? prefix ?? from
    const range =
      bound === undefined
        ? ''
        : between
          ? ' AND sk BETWEEN :a AND :b'
          : prefix
            ? ' AND begins_with(sk,:a)'
            : ' AND sk>=:a'
    const command = new QueryCommand({
      ...this.#common,
      KeyConditionExpression: `pk = :pk${range}`,
      ExpressionAttributeValues: {
        ':pk': { S: pk },
        ...(bound !== undefined && { ':a': { S: bound } }),
        ...(between !== undefined && { ':b': { S: between.to } }),
      },
      ConsistentRead: isConsistent,
      ...(start !== undefined && { ExclusiveStartKey: keyItem(start) }),
      ...(limit !== undefined && { Limit: limit }),
      ...(keysOnly && { ProjectionExpression: 'pk, sk' }),
    })
    const { output } = await this.#sender.send(() => this.#client.send(command), {
      operation: 'Query',
      purpose,
    })
    const { Items = [], LastEvaluatedKey: last } = output as QueryCommandOutput
    return { items: Items, next: last === undefined ? undefined : keyOf(last) }
  }

  /** All pages, one after the other. */
  async queryAll(options: Omit<QueryOptions, 'start' | 'limit'>): Promise<readonly Item[]> {
    const items: Item[] = []
    let start: ItemKey | undefined
    do {
      const page = await this.query({ ...options, start })
      for (const item of page.items) items.push(item)
      start = page.next
    } while (start !== undefined)
    return items
  }

  /** The keys of all items of the table whose partition key begins so, page by page, eventually consistent; slowly, beside what else is read. */
  async *scanKeys(purpose: Purpose, prefix: string): AsyncGenerator<readonly ItemKey[]> {
    let start: ItemKey | undefined
    do {
      const command = new ScanCommand({
        ...this.#common,
        FilterExpression: 'begins_with(pk,:a)',
        ExpressionAttributeValues: { ':a': { S: prefix } },
        ProjectionExpression: 'pk, sk',
        ...(start !== undefined && { ExclusiveStartKey: keyItem(start) }),
      })
      const { output } = await this.#sender.send(() => this.#client.send(command), { operation: 'Scan', purpose })
      const { Items = [], LastEvaluatedKey: last } = output as ScanCommandOutput
      yield Items.map(keyOf)
      start = last === undefined ? undefined : keyOf(last)
      if (start !== undefined) await this.#sender.rest(betweenScans)
    } while (start !== undefined)
  }

  async update(
    { purpose, key, confirm, ...write }: Write,
    update: string,
    returns?: 'ALL_NEW' | 'UPDATED_NEW',
  ): Promise<Written> {
    const command = new UpdateItemCommand({
      ...this.#common,
      Key: keyItem(key),
      UpdateExpression: update,
      ...conditionOf(write),
      ...(returns !== undefined && { ReturnValues: returns }),
    })
    return writtenOf(
      await this.#sender.send(() => this.#client.send(command), {
        operation: 'UpdateItem',
        purpose,
        confirm,
      }),
    )
  }

  /** Writes the whole item. */
  async put({ purpose, key, confirm, ...write }: Write, item: Item): Promise<Written> {
    const command = new PutItemCommand({
      ...this.#common,
      Item: { ...item, ...keyItem(key) },
      ...conditionOf(write),
    })
    return writtenOf(
      await this.#sender.send(() => this.#client.send(command), {
        operation: 'PutItem',
        purpose,
        confirm,
      }),
    )
  }

  async delete({ purpose, key, confirm, ...write }: Write): Promise<Written> {
    const command = new DeleteItemCommand({ ...this.#common, Key: keyItem(key), ...conditionOf(write) })
    return writtenOf(
      await this.#sender.send(() => this.#client.send(command), {
        operation: 'DeleteItem',
        purpose,
        confirm,
      }),
    )
  }

  /** Whatever is in them. */
  async deleteMany(purpose: Purpose, keys: readonly ItemKey[]): Promise<void> {
    const { TableName, ReturnConsumedCapacity } = this.#common
    for (let at = 0; at < keys.length; at += 25) {
      let left: BatchWriteItemCommandOutput['UnprocessedItems'] = {
        [TableName]: keys.slice(at, at + 25).map((key) => ({ DeleteRequest: { Key: keyItem(key) } })),
      }
      for (let turn = 0; (left?.[TableName]?.length ?? 0) > 0; turn++) {
        await this.#sender.pause(turn)
        const command = new BatchWriteItemCommand({ RequestItems: left, ReturnConsumedCapacity })
        const { output } = await this.#sender.send(() => this.#client.send(command), {
          operation: 'BatchWriteItem',
          purpose,
        })
        left = (output as BatchWriteItemCommandOutput).UnprocessedItems
      }
    }
  }

  close(): void {
    this.#sender.close()
    this.#client.destroy()
  }
}

const conditionOf = ({ condition, values }: Pick<Write, 'condition' | 'values'>) => ({
  ...(condition !== undefined && {
    ConditionExpression: condition,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  }),
  ...(values !== undefined && { ExpressionAttributeValues: values }),
})

function writtenOf({ output, failure }: Answer): Written {
  const item = output === undefined ? (failure as { Item?: Item }).Item : (output as UpdateItemCommandOutput).Attributes
  return { isDone: output !== undefined, ...(item !== undefined && { item }) }
}
