import { z } from 'zod'
import { type HostViewer, type ViewerOf, viewerOf } from './access/viewer.ts'
import { MillraceError } from './errors.ts'
import { type AnyReport, type Catalog, catalog } from './report/catalog.ts'
import type { TenantSource } from './tenancy/tenant-source.ts'

/** A table of the database that lists the tenants, read through the replica. */
export interface TenantTable {
  /** `table`, in the schema `public`, or `schema.table`. */
  readonly table: string
  /** The columns. Without `timeZone` every tenant's days are UTC's. */
  readonly id: string
  readonly schema?: string
  readonly timeZone?: string
}

/** What bounds the reports of one process. */
export interface Limits {
  /** A statement that takes longer is ended. 15. */
  readonly statementSeconds?: number
  /** An answer of more rows is an error, never cut. 10,000. */
  readonly rows?: number
  /** Statements that run at once; also the connections to the replica. 8. */
  readonly running?: number
  /** Statements of one tenant that run at once. 3. */
  readonly runningPerTenant?: number
  /** Statements that wait; past it the answer is 429. 100. */
  readonly queued?: number
  /** `max_parallel_workers_per_gather` on the replica. 0. */
  readonly parallelWorkers?: number
}

/** How `millrace fold` works; its defaults fit most. */
export interface FoldSettings {
  /** Tables of sources whose rows are only ever inserted, such as an outbox of the host's own events, as the sources name them. */
  readonly insertOnly?: readonly string[]
  /** Where the rows that a build starts from are read. `replica` where the analytics target is a standby, otherwise `primary`. */
  readonly snapshots?: 'replica' | 'primary'
  /** Milliseconds in which changes are gathered into one batch: 1,000 where the store is DynamoDB, otherwise 50. */
  readonly flushMilliseconds?: number
  /** Milliseconds between two looks at what sends no change, each with a message in the stream. 5,000. */
  readonly heartbeatMilliseconds?: number
  /** Bytes of additions that are held in memory; past it they go to the disk. 33,554,432. */
  readonly memoryBytes?: number
  /** A folder for them. That of the system for temporary files. */
  readonly spillFolder?: string
  /** Milliseconds for which a build that was replaced is kept. 3,600,000. */
  readonly sweepAfterMilliseconds?: number
  /** Roles of the store's database that may read its views of the reports, such as one for Retool. PostgreSQL alone has views. */
  readonly readers?: readonly string[]
  /** Reports, and among how many partition keys of DynamoDB the counters of each of their builds are spread. 1 of each. */
  readonly shards?: Readonly<Record<string, number>>
}

export interface Config {
  /** A catalog, a list of reports, or the files that export one report each: `reports/*.ts`, from the configuration's folder. */
  readonly reports: Catalog | readonly AnyReport[] | string
  /** Where the analytics secret is: `aws-sm:NAME`, `file:/PATH` or `env:NAME`. */
  readonly analytics: string
  /** Where the replication secret is. Only what folds, and prepares the database for it, reads it; never what serves. */
  readonly replication?: string
  readonly fold?: FoldSettings
  /** The AWS regions in which a reporting store may lie. Another ends the process. Any. */
  readonly dataRegions?: readonly string[]
  /** The allowlist: a list, a function that reads it, or a table. */
  readonly tenants: TenantSource | TenantTable
  /** Seconds between two readings of the allowlist. 30. */
  readonly tenantsRefreshSeconds?: number
  /** Who is asking: `jwtViewer(…)`, or the host's own function. */
  readonly viewer: ViewerOf | HostViewer
  readonly limits?: Limits
  /** Where `millrace serve` listens. 127.0.0.1, port 4000. */
  readonly listen?: { readonly host?: string; readonly port?: number; readonly trustProxy?: boolean }
}

const positive = z.int('must be a whole number').min(1, 'must be at least 1')
const text = z.string('must be a string').min(1, 'must not be empty')

const shape = z.strictObject({
  reports: z.union([text, z.array(z.looseObject({ name: text })), z.looseObject({ reports: z.array(z.unknown()) })], {
    error: 'must be a catalog, an array of reports, or a pattern of files',
  }),
  analytics: text,
  replication: text.optional(),
  fold: z
    .strictObject({
      insertOnly: z.array(text, 'must be a list of tables').optional(),
      snapshots: z.enum(['replica', 'primary'], 'must be replica or primary').optional(),
      flushMilliseconds: z.int('must be a whole number').min(0).max(60_000).optional(),
      heartbeatMilliseconds: positive.max(600_000).optional(),
      memoryBytes: z.int('must be a whole number').min(1_048_576, 'must be at least 1048576').optional(),
      spillFolder: text.optional(),
      sweepAfterMilliseconds: z.int('must be a whole number').min(0, 'must not be negative').optional(),
      readers: z.array(text, 'must be a list of roles').optional(),
      shards: z.record(text, positive.max(100), 'must be an object of reports and whole numbers').optional(),
    })
    .optional(),
  dataRegions: z.array(text, 'must be a list of AWS regions').min(1, 'must name one').optional(),
  tenants: z.union(
    [
      z.array(z.unknown()),
      z.custom((value) => typeof value === 'function'),
      z.strictObject({ table: text, id: text, schema: text.optional(), timeZone: text.optional() }),
    ],
    { error: 'must be an array, a function, or a table with the names of its columns' },
  ),
  tenantsRefreshSeconds: z.number('must be a number').positive('must be more than 0').optional(),
  viewer: z.custom((value) => typeof value === 'function', 'must be a function'),
  limits: z
    .strictObject({
      statementSeconds: z.number('must be a number').positive('must be more than 0').max(3600).optional(),
      rows: positive.max(1_000_000).optional(),
      running: positive.max(1000).optional(),
      runningPerTenant: positive.optional(),
      queued: z.int('must be a whole number').min(0).optional(),
      parallelWorkers: z.int('must be a whole number').min(0).max(1024).optional(),
    })
    .optional(),
  listen: z
    .strictObject({
      host: text.optional(),
      port: z.int('must be a whole number').min(0).max(65_535).optional(),
      trustProxy: z.boolean('must be true or false').optional(),
    })
    .optional(),
})

/** Declares the configuration of a deployment; the default export of `millrace.config.ts`. Throws CONFIG_INVALID with every wrong field. */
export function defineConfig<const C extends Config>(config: C): C {
  const { error } = shape.safeParse(config)
  if (error === undefined) return config
  const problems = error.issues.map((issue) => {
    const unknown = issue.code === 'unrecognized_keys'
    const path = [...issue.path, ...(unknown ? issue.keys.slice(0, 1) : [])].join('.')
    return `${path === '' ? 'the configuration' : path} ${unknown ? 'is not a field' : issue.message}`
  })
  throw new MillraceError('CONFIG_INVALID', problems.join('; '))
}

/** The catalog of a configuration whose reports are given as values. */
export function catalogOf(reports: Exclude<Config['reports'], string>): Catalog {
  return 'reports' in reports ? reports : catalog(reports)
}

/** The configuration's way to find the viewer, checked whoever wrote it. */
export const configuredViewer = (viewer: Config['viewer']): ViewerOf => viewerOf(viewer as HostViewer)
