import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'

/** Where a table is. */
export interface TableAddress {
  readonly table: string
  readonly region: string
  /** Instead of the region's own; an emulator, or an endpoint of a private network. */
  readonly endpoint?: string
}

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

type Logger = NonNullable<DynamoDBClientConfig['logger']>

/** The SDK prepares each request and answer for a logger that has `info`, also for its own that tells nobody. */
const quiet: Partial<Logger> = { debug: () => {}, warn: () => {} }

/** Of a client that leaves trying again to its caller: the SDK would give up after a fifth of a second, and hide what is refused. */
export function dynamoConfig(
  { region, endpoint, credentials }: TableAddress & { readonly credentials?: AwsCredentials },
  connections: number,
): DynamoDBClientConfig {
  const agent = { keepAlive: true, maxSockets: connections }
  return {
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    maxAttempts: 1,
    logger: quiet as Logger,
    requestHandler: { httpAgent: agent, httpsAgent: agent, connectionTimeout: 3_000, socketTimeout: 10_000 },
  }
}
