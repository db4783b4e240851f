import { emulatorCredentials, startDynamo } from '../../src/embedded/dynamodb.ts'
import { createTable } from '../../src/store/dynamodb/create-table.ts'
import type { AwsCredentials, TableAddress } from '../../src/store/dynamodb/table-address.ts'

export interface TestTable extends TableAddress, AsyncDisposable {
  readonly endpoint: string
  readonly credentials?: AwsCredentials
}

/**
 * A table of its own, on the embedded emulator; or where `DYNAMODB_ENDPOINT` says: Amazon's DynamoDB Local, or the service itself, with
 * the credentials and the region of the environment. There it stays, for whoever runs the tests to delete.
 */
export async function openTestTable(): Promise<TestTable> {
  const table = `millrace-test-${crypto.randomUUID()}`
  const { DYNAMODB_ENDPOINT: endpoint, AWS_REGION: region = 'eu-central-1', AWS_ACCESS_KEY_ID } = process.env
  if (endpoint !== undefined) {
    const given = AWS_ACCESS_KEY_ID === undefined ? { credentials: emulatorCredentials } : {}
    const address = { table, region, endpoint, ...given }
    await createTable(address)
    return { ...address, [Symbol.asyncDispose]: async () => {} }
  }
  const emulator = await startDynamo()
  const address = { table, region: emulator.region, endpoint: emulator.endpoint, credentials: emulatorCredentials }
  await createTable(address)
  return { ...address, [Symbol.asyncDispose]: () => emulator.close() }
}
