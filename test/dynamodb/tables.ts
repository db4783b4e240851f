import { randomUUID } from 'node:crypto'
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { emulatorCredentials, startDynamo } from '../../src/embedded/dynamodb.ts'
import type { TableOptions } from '../../src/store/dynamodb/check-table.ts'
import { createTable } from '../../src/store/dynamodb/create-table.ts'

/** Where tables can be made: the embedded emulator, or what `DYNAMODB_ENDPOINT` names. */
export interface Tables extends AsyncDisposable {
  readonly place: Omit<TableOptions, 'table'>
  /** A table of its own, empty, and how it is reached. It is gone once this is closed. */
  table(): Promise<TableOptions>
  /** A table that no store can use; its name. */
  other(): Promise<string>
  /** Makes it unreachable, and reachable again with all that it held. Only of the embedded emulator. */
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/**
 * `DYNAMODB_ENDPOINT` points the tests at Amazon's DynamoDB Local or at the service itself, with the region and the credentials of the
 * environment.
 */
const given = process.env.DYNAMODB_ENDPOINT

export const isEmbedded = given === undefined || given === ''

export async function openTables(): Promise<Tables> {
  // The SDK would look for an instance's credentials otherwise, for seconds.
  process.env.AWS_EC2_METADATA_DISABLED ??= 'true'
  const emulator = isEmbedded ? await startDynamo() : undefined
  const place = placeOf(emulator)
  const made: string[] = []

  async function close(): Promise<void> {
    if (emulator === undefined && made.length > 0) {
      const client = new DynamoDBClient({ ...place })
      await Promise.all(made.map((TableName) => client.send(new DeleteTableCommand({ TableName }))))
      client.destroy()
    }
    await emulator?.close()
  }

  const switched = (act: 'stop' | 'start') => async () => {
    if (emulator === undefined) throw new Error(`only the embedded emulator can ${act}`)
    await emulator[act]()
  }

  return {
    place,
    async table() {
      const options = { ...place, table: `millrace-test-${randomUUID()}` }
      await createTable(options)
      made.push(options.table)
      return options
    },
    async other() {
      const table = `millrace-test-${randomUUID()}`
      const client = new DynamoDBClient({ ...place })
      const AttributeDefinitions = [{ AttributeName: 'id', AttributeType: 'S' as const }]
      const KeySchema = [{ AttributeName: 'id', KeyType: 'HASH' as const }]
      const BillingMode = 'PAY_PER_REQUEST'
      await client.send(new CreateTableCommand({ TableName: table, BillingMode, AttributeDefinitions, KeySchema }))
      client.destroy()
      made.push(table)
      return table
    },
    stop: switched('stop'),
    start: switched('start'),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function placeOf(emulator: { readonly endpoint: string; readonly region: string } | undefined): Tables['place'] {
  if (emulator !== undefined) {
    return { endpoint: emulator.endpoint, region: emulator.region, credentials: emulatorCredentials }
  }
  const region = process.env.AWS_REGION ?? 'eu-central-1'
  const credentials = process.env.AWS_ACCESS_KEY_ID === undefined ? { credentials: emulatorCredentials } : {}
  return { endpoint: given as string, region, ...credentials }
}
