import { z } from 'zod'
import { type ConnectionSettings, connectionMembers, toConnection } from './connection.ts'
import { isRecord, type ResolveReference } from './reference.ts'

/** What the reports of a store are, whatever it is. */
interface StoreRoutes {
  /** The reports that are answered from it. `all`, but for those of `shadow`, unless given. */
  readonly reports: 'all' | readonly string[]
  /** Those that the replica answers, and whose answers are compared with the store's. */
  readonly shadow: readonly string[]
}

/** A PostgreSQL database of its own. */
export interface PostgresTarget extends ConnectionSettings, StoreRoutes {
  readonly kind: 'postgres'
  /** `reporting` unless given. */
  readonly schema: string
}

/** A table of Amazon DynamoDB, which the AWS credentials of the process must allow; the secret holds none. */
export interface DynamoTarget extends StoreRoutes {
  readonly kind: 'dynamodb'
  readonly table: string
  /** Where the table is, and the data may lie. It has no default: what the environment says of a region is not asked. */
  readonly region: string
  /** In place of the region's own: an endpoint of a private network, or an emulator. */
  readonly endpoint?: string
}

/** The reporting store that folded reports are answered from. */
export type StoreTarget = PostgresTarget | DynamoTarget

const reportNames = z.array(z.string().min(1), { error: 'must be a list of reports' })

const routes = {
  reports: z.union([z.literal('all'), reportNames], { error: 'must be "all" or a list of reports' }).default('all'),
  shadow: reportNames.default([]),
}

interface Routes {
  readonly reports: 'all' | string[]
  readonly shadow: string[]
}

function refuseBoth({ value: { reports, shadow }, issues }: z.core.ParsePayload<Routes>): void {
  shadow.forEach((name, at) => {
    if (reports === 'all' || !reports.includes(name)) return
    const message = 'is in reports, too: a report is answered by the store or compared with it'
    issues.push({ code: 'custom', path: ['shadow', at], message, input: undefined })
  })
}

const frozen = ({ reports, shadow }: Routes): StoreRoutes => ({
  reports: reports === 'all' ? reports : Object.freeze(reports),
  shadow: Object.freeze(shadow),
})

/** The member `store` of the analytics secret: what it says of its engine decides what else it must hold. */
export function storeTarget(raw: unknown, resolve: ResolveReference): z.ZodType<StoreTarget, unknown> {
  const { engine, kind } = isRecord(raw) ? raw : {}
  return engine === 'dynamodb' || (engine === undefined && kind === 'dynamodb')
    ? dynamoTarget()
    : postgresTarget(raw, resolve)
}

const schemaName = /^[A-Za-z_][A-Za-z0-9_$]{0,62}$/

const postgresTarget = (raw: unknown, resolve: ResolveReference) =>
  z
    .strictObject({
      ...routes,
      schema: z
        .string()
        .refine((schema) => schemaName.test(schema), { error: 'must be the name of a schema' })
        .default('reporting'),
      ...connectionMembers(raw, resolve),
      // Only to say what there is: where it is DynamoDB, this is not asked.
      kind: z.enum(['postgres', 'dynamodb']).default('postgres'),
      engine: z.enum(['postgres', 'aurora-postgresql', 'dynamodb']).optional(),
    })
    .check(refuseBoth)
    .check(({ value: { kind }, issues }) => {
      if (kind === 'postgres') return
      issues.push({ code: 'custom', path: ['kind'], message: 'is not what engine says', input: undefined })
    })
    .transform(
      (members): PostgresTarget =>
        Object.freeze({
          ...toConnection(members),
          kind: 'postgres',
          schema: members.schema,
          ...frozen(members),
        }),
    )

/** The characters that DynamoDB allows in a name. */
const tableName = /^[A-Za-z0-9_.-]{3,255}$/
const regionName = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/

const dynamoTarget = () =>
  z
    .strictObject({
      engine: z.literal('dynamodb').optional(),
      kind: z.literal('dynamodb').optional(),
      table: z.string().refine((table) => tableName.test(table), {
        error: 'must be the name of a table: 3 to 255 letters, digits, underscores, points and hyphens',
      }),
      region: z.string().refine((region) => regionName.test(region), { error: 'must be the name of an AWS region' }),
      endpoint: z.string().refine(isEndpoint, { error: 'must be a URL of http or https without a path' }).optional(),
      ...routes,
    })
    .check(refuseBoth)
    .check(({ value: { region, endpoint }, issues }) => {
      const named = endpoint === undefined ? undefined : regionOf(endpoint)
      if (named === undefined || named === region) return
      const message = 'is that of another region than the one that region declares'
      issues.push({ code: 'custom', path: ['endpoint'], message, input: undefined })
    })
    .transform(({ table, region, endpoint, ...members }): DynamoTarget => {
      const address = { table, region, ...(endpoint !== undefined && { endpoint }) }
      return Object.freeze({ kind: 'dynamodb', ...address, ...frozen(members) })
    })

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, pathname, search, hash, username, password } = new URL(text)
  return /^https?:$/.test(protocol) && pathname === '/' && `${search}${hash}${username}${password}` === ''
}

/** The region that an endpoint of AWS names: `dynamodb.eu-west-1.amazonaws.com`, `vpce-1-2.dynamodb.eu-west-1.vpce.amazonaws.com`. */
function regionOf(endpoint: string): string | undefined {
  return /(?:^|\.)(?:dynamodb|dynamodb-fips|ddb)\.([a-z0-9-]+)\.(?:[a-z0-9-]+\.)*(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/.exec(
    new URL(endpoint).hostname,
  )?.[1]
}
