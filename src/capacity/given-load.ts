import { z } from 'zod'
import { MillraceError } from '../errors.ts'

const rate = z.number('must be a number').min(0, 'must not be negative')
const factor = z.number('must be a number').positive('must be above 0').max(100, 'must be at most 100')
const count = z.int('must be a whole number').min(1, 'must be at least 1')
const share = z.number('must be a number').min(0, 'must not be negative').max(1, 'must be at most 1')

const column = z.strictObject({
  distinct: count.max(10_000_000, 'must be at most 10000000').optional(),
  skew: z.number('must be a number').min(0, 'must not be negative').max(5, 'must be at most 5').optional(),
  bytes: count.max(100_000, 'must be at most 100000').optional(),
  afterDays: rate.optional(),
  nulls: share.optional(),
})

const table = z.strictObject({
  rows: z.int('must be a whole number').min(0, 'must not be negative').optional(),
  changesPerSecond: rate.optional(),
  insertsPerSecond: rate.optional(),
  deletesPerSecond: rate.optional(),
  updates: z
    .array(
      z.strictObject({
        changes: z.array(z.string('must be the name of a column'), 'must be a list of columns').optional(),
        perSecond: rate,
        ageDays: rate.optional(),
      }),
      'must be a list',
    )
    .optional(),
  columns: z.record(z.string(), column, 'must be an object').optional(),
})

const shape = z.strictObject({
  seed: z.int('must be a whole number').optional(),
  tenants: count.max(1_000_000, 'must be at most 1000000').optional(),
  skew: z.number('must be a number').min(0, 'must not be negative').max(5, 'must be at most 5').optional(),
  growth: factor.optional(),
  tenantGrowth: factor.optional(),
  peak: z.number('must be a number').min(1, 'must be at least 1').max(1_000, 'must be at most 1000').optional(),
  readsPerMinute: rate.optional(),
  changesPerSecond: rate.optional(),
  tables: z.record(z.string(), table, 'must be an object').optional(),
})

/** A load as its file says it (see Load): whatever is not said has a default. `changesPerSecond` is that of all tables, or of one. */
export type GivenLoad = z.infer<typeof shape>
export type GivenTable = z.infer<typeof table>

/** Throws COMMAND_INVALID with every wrong field. */
export function readGivenLoad(value: unknown, from: string): GivenLoad {
  const { data, error } = shape.safeParse(value)
  if (error === undefined) return data
  const problems = error.issues.map((issue) => {
    const unknown = issue.code === 'unrecognized_keys'
    const path = [...issue.path, ...(unknown ? issue.keys.slice(0, 1) : [])].join('.')
    return `${path === '' ? 'it' : path} ${unknown ? 'is not a field' : issue.message}`
  })
  throw new MillraceError('COMMAND_INVALID', `${from}: ${problems.join('; ')}`)
}
