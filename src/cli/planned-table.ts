import { refuseOtherRegion } from '../data-region.ts'
import { MillraceError } from '../errors.ts'
import { withPackage } from '../open-store.ts'
import { type Finding, refusal, warning } from '../replication/finding.ts'
import { loadSecret } from '../secret/load-secret.ts'
import type { DynamoTarget } from '../secret/store-target.ts'
import type { LoadedConfig } from './load-config.ts'

/** The table that a store in DynamoDB needs. */
export interface PlannedTable {
  readonly table: string
  readonly region: string
  /** `unknown`: it cannot be asked. */
  readonly state: 'there' | 'missing' | 'unfit' | 'unknown'
}

export interface TablePlan {
  /** Undefined where the store is another, or none. */
  readonly table: PlannedTable | undefined
  readonly findings: readonly Finding[]
}

const sdk = '@aws-sdk/client-dynamodb'

/** The table of DynamoDB that the analytics secret names; undefined where it names none. Throws SECRET_…, and TARGET_REFUSED. */
export async function tableOf({ analytics, dataRegions }: LoadedConfig): Promise<DynamoTarget | undefined> {
  const { store } = await loadSecret(analytics)
  if (store?.kind !== 'dynamodb') return undefined
  refuseOtherRegion(store, dataRegions)
  return store
}

/** Looks whether the table is there and fits; changes nothing. What cannot be looked at is said, and keeps nothing else from being planned. */
export async function planTable(config: LoadedConfig): Promise<TablePlan> {
  let target: DynamoTarget | undefined
  try {
    target = await tableOf(config)
  } catch (error) {
    return { table: undefined, findings: [unknownStore(error)] }
  }
  if (target === undefined) return { table: undefined, findings: [] }
  const { table, region } = target
  const about = aboutTable(target)
  const planned = (state: PlannedTable['state'], findings: readonly Finding[] = []): TablePlan => ({
    table: { table, region, state },
    findings,
  })
  try {
    const { checkTable } = await withPackage(sdk, () => import('../store/dynamodb/check-table.ts'))
    const { warnings } = await checkTable(target)
    return planned(
      'there',
      warnings.map((problem) => warning(about, problem, fitting)),
    )
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error
    if (isMissingTable(error)) return planned('missing')
    if (error.code === 'TARGET_REFUSED') return planned('unfit', [refusal(about, error.detail, replacing)])
    return planned('unknown', [
      warning(about, `cannot be looked at: ${error.detail}`, 'see that this process may describe it'),
    ])
  }
}

/** Makes the table where there is none; true where it made it. Throws TARGET_REFUSED, STORE_UNAVAILABLE, PACKAGE_MISSING. */
export async function makeTable(target: DynamoTarget): Promise<boolean> {
  const { createTable } = await withPackage(sdk, () => import('../store/dynamodb/create-table.ts'))
  return (await createTable(target)).isNew
}

export const aboutTable = ({ table, region }: Pick<PlannedTable, 'table' | 'region'>): string =>
  `table ${table} of DynamoDB in ${region}`

export const isMissingTable = (error: unknown): boolean =>
  error instanceof MillraceError && error.code === 'STORE_UNAVAILABLE' && / does not exist$/.test(error.detail)

export const fitting = 'docs/guides/store-on-aws.md says what the table should be, and what it costs otherwise'
const replacing = 'name another table in the secret, which millrace apply then makes: this one is left as it is'

function unknownStore(error: unknown): Finding {
  if (!(error instanceof MillraceError)) throw error
  if (error.code === 'TARGET_REFUSED')
    return refusal('the reporting store', error.detail, 'correct the secret, or the configuration')
  const problem = `is not known: ${error.detail}`
  return warning('the reporting store', problem, 'give whoever prepares the database the analytics secret, too')
}

/** What `apply` does, as whoever makes tables otherwise would: for the command line of AWS. */
export const tableCommands = ({ table, region }: Pick<PlannedTable, 'table' | 'region'>): readonly string[] => [
  `aws dynamodb create-table --region ${region} --table-name ${table} --billing-mode PAY_PER_REQUEST ` +
    '--attribute-definitions AttributeName=pk,AttributeType=S AttributeName=sk,AttributeType=S ' +
    '--key-schema AttributeName=pk,KeyType=HASH AttributeName=sk,KeyType=RANGE',
  `aws dynamodb wait table-exists --region ${region} --table-name ${table}`,
  `aws dynamodb update-time-to-live --region ${region} --table-name ${table} ` +
    '--time-to-live-specification Enabled=true,AttributeName=expires_at',
]
