import { DescribeTableCommand, DynamoDBClient, type TableDescription } from '@aws-sdk/client-dynamodb'
import { MillraceError } from '../../errors.ts'
import { storeFaultOf } from './store-fault.ts'
import { type AwsCredentials, dynamoConfig, type TableAddress } from './table-address.ts'
import { lackOfExpiry } from './time-to-live.ts'

export interface TableOptions extends TableAddress {
  readonly credentials?: AwsCredentials
}

/** What a table lacks that does not keep the store from working, and costs or clutters. */
export interface TableCheck {
  readonly warnings: readonly string[]
}

/** Refuses a table that the store cannot use, and says all that is wrong. Throws STORE_UNAVAILABLE, TARGET_REFUSED. */
export async function checkTable(options: TableOptions): Promise<TableCheck> {
  const client = new DynamoDBClient(dynamoConfig(options, 2))
  try {
    const description = await describe(client, options.table)
    if (description === undefined)
      throw new MillraceError('STORE_UNAVAILABLE', `table ${options.table} does not exist`, { retryAfter: 10 })
    const problems = problemsOf(description)
    if (problems.length > 0) throw new MillraceError('TARGET_REFUSED', `table ${options.table}: ${problems.join('; ')}`)
    const lack = await lackOfExpiry(client, options.table)
    return { warnings: [...warningsOf(description), ...(lack === undefined ? [] : [lack.warning])] }
  } finally {
    client.destroy()
  }
}

/** Undefined where there is none. */
export async function describe(client: DynamoDBClient, table: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: table }))).Table
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined
    throw storeFaultOf(error)
  }
}

function problemsOf({ KeySchema = [], AttributeDefinitions = [], TableStatus }: TableDescription): string[] {
  const problems: string[] = []
  const is = KeySchema.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(', ')
  if (is !== 'pk HASH, sk RANGE') problems.push(`its key is (${is}), and must be (pk HASH, sk RANGE)`)
  for (const { AttributeName, AttributeType } of AttributeDefinitions) {
    const isKey = AttributeName === 'pk' || AttributeName === 'sk'
    if (isKey && AttributeType !== 'S') problems.push(`${AttributeName} is of type ${AttributeType}, and must be S`)
  }
  if (TableStatus !== undefined && TableStatus !== 'ACTIVE' && TableStatus !== 'UPDATING')
    problems.push(`it is ${TableStatus}`)
  return problems
}

function warningsOf(description: TableDescription): string[] {
  const { BillingModeSummary, GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [], Replicas = [] } = description
  const warnings: string[] = []
  if (BillingModeSummary?.BillingMode !== 'PAY_PER_REQUEST')
    warnings.push('it is billed by provisioned capacity: bursts beyond that are throttled')
  if (GlobalSecondaryIndexes.length + LocalSecondaryIndexes.length > 0)
    warnings.push('it has indexes, which nothing reads and every write pays for')
  if (Replicas.length > 0)
    warnings.push('it is a global table: reads and writes are exact in this region alone, and others lag behind')
  return warnings
}
