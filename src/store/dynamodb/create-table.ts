import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb'
import { checkTable, describe, type TableCheck, type TableOptions } from './check-table.ts'
import { storeFaultOf } from './store-fault.ts'
import { dynamoConfig } from './table-address.ts'
import { lackOfExpiry, turnOnExpiry } from './time-to-live.ts'

export interface CreatedTable extends TableCheck {
  /** False where it was there already. */
  readonly isNew: boolean
}

const waitSeconds = 120

/**
 * Makes the table where there is none, billed by request, with time to live, and waits until it can be used. One that
 * is there is checked as `checkTable` does, and its time to live turned on where it is off. Throws STORE_UNAVAILABLE, TARGET_REFUSED.
 */
export async function createTable(options: TableOptions): Promise<CreatedTable> {
  const client = new DynamoDBClient(dynamoConfig(options, 2))
  try {
    if ((await describe(client, options.table)) !== undefined)
      return { isNew: false, ...(await complete(client, options)) }
    const isNew = await create(client, options.table)
    await waitUntilTableExists({ client, maxWaitTime: waitSeconds, minDelay: 1 }, { TableName: options.table })
    await turnOnExpiry(client, options.table)
    return { isNew, ...(await checkTable(options)) }
  } catch (error) {
    throw storeFaultOf(error)
  } finally {
    client.destroy()
  }
}

/** False where somebody else was first. */
async function create(client: DynamoDBClient, table: string): Promise<boolean> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
      }),
    )
    return true
  } catch (error) {
    if ((error as Error).name === 'ResourceInUseException') return false
    throw error
  }
}

/** What is not ours to turn on is told. */
async function complete(client: DynamoDBClient, options: TableOptions): Promise<TableCheck> {
  const checked = await checkTable(options)
  if ((await lackOfExpiry(client, options.table))?.isOff !== true) return checked
  const isOn = await turnOnExpiry(client, options.table).catch((error: unknown) => {
    if ((error as Error).name === 'AccessDeniedException') return false
    throw error
  })
  return isOn ? await checkTable(options) : checked
}
