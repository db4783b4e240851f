import { DescribeTimeToLiveCommand, type DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb'
import { expiryAttribute } from './counter-item.ts'
import { storeFaultOf } from './store-fault.ts'

/** What a table lacks so that DynamoDB deletes what has expired; undefined where it lacks nothing. Answers are right all the same. */
export interface LackOfExpiry {
  readonly warning: string
  /** Whether it can be turned on as things are. */
  readonly isOff: boolean
}

const nameOf = (error: unknown): string => (error as Error).name

/** Emulators may know nothing of it. Throws STORE_UNAVAILABLE. */
export async function lackOfExpiry(client: DynamoDBClient, table: string): Promise<LackOfExpiry | undefined> {
  const lack = (warning: string, isOff = false): LackOfExpiry => ({ warning, isOff })
  try {
    const { TimeToLiveDescription: told } = await client.send(new DescribeTimeToLiveCommand({ TableName: table }))
    const isOn = told?.TimeToLiveStatus === 'ENABLED' || told?.TimeToLiveStatus === 'ENABLING'
    if (isOn && told?.AttributeName === expiryAttribute) return undefined
    if (isOn)
      return lack(
        `its time to live is by ${told?.AttributeName}, and not by ${expiryAttribute}: what has expired stays`,
      )
    return lack(
      `its time to live is off, so that what has expired stays and is paid for: turn it on for ${expiryAttribute}`,
      true,
    )
  } catch (error) {
    if (nameOf(error) === 'AccessDeniedException')
      return lack('whether its time to live is on cannot be told: a permission is lacking')
    if (nameOf(error) === 'UnknownOperationException')
      return lack('it knows no time to live, as an emulator may not: what has expired stays')
    throw storeFaultOf(error)
  }
}

/** False where it could not be: an emulator knows nothing of it, or somebody else is about to. Throws what else goes wrong, as it is. */
export async function turnOnExpiry(client: DynamoDBClient, table: string): Promise<boolean> {
  const on = { Enabled: true, AttributeName: expiryAttribute }
  try {
    await client.send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification: on }))
    return true
  } catch (error) {
    if (!['UnknownOperationException', 'ValidationException'].includes(nameOf(error))) throw error
    return false
  }
}
