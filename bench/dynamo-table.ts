import { createTable } from '../src/store/dynamodb/create-table.ts'
import type { AwsCredentials, TableAddress } from '../src/store/dynamodb/table-address.ts'
import { startProgram } from './program.ts'

/** Where a table is, and as whom it is asked. */
export interface DynamoAddress extends TableAddress {
  readonly credentials?: AwsCredentials
}

/** A table of DynamoDB to measure with. */
export interface DynamoTable extends AsyncDisposable {
  readonly address: DynamoAddress
}

/** On the emulator; or where `DYNAMODB_ENDPOINT` says, with the region and the credentials of the environment. There it stays. */
export async function dynamoTable(): Promise<DynamoTable> {
  const table = `millrace-bench-${crypto.randomUUID()}`
  const { DYNAMODB_ENDPOINT: given, AWS_REGION: region = 'eu-central-1', AWS_ACCESS_KEY_ID: key } = process.env
  const emulator =
    given === undefined ? await startProgram<object, { readonly endpoint: string }>('emulator', {}) : undefined
  const credentials = key === undefined ? { accessKeyId: 'emulator', secretAccessKey: 'emulator' } : undefined
  const address = {
    ...{ table, region, endpoint: emulator?.ready.endpoint ?? (given as string) },
    ...(credentials === undefined ? {} : { credentials }),
  }
  await createTable(address)
  return { address, [Symbol.asyncDispose]: async () => emulator?.close() }
}
