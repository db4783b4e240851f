import { z } from 'zod'
import { MillraceError } from '../errors.ts'

/** What DynamoDB takes on demand, in US dollars. */
export interface Prices {
  /** The day on which somebody looked. */
  readonly asOf: string
  readonly source: string
  readonly perMillionWriteUnits: number
  readonly perMillionReadUnits: number
  readonly perGigabyteMonth: number
}

/** Prices change, and differ by region: whoever decides by them looks them up, and gives them. */
export const listPrices: Prices = {
  asOf: '2026-11-22',
  source:
    'us-east-1, standard table class, as known when this was written; https://aws.amazon.com/dynamodb/pricing/on-demand/',
  perMillionWriteUnits: 0.625,
  perMillionReadUnits: 0.125,
  perGigabyteMonth: 0.25,
}

const secondsPerMonth = 730 * 3600

export const monthlyWrites = (prices: Prices, unitsPerSecond: number): number =>
  (unitsPerSecond * secondsPerMonth * prices.perMillionWriteUnits) / 1e6

export const monthlyReads = (prices: Prices, unitsPerSecond: number): number =>
  (unitsPerSecond * secondsPerMonth * prices.perMillionReadUnits) / 1e6

/** A gigabyte is 2^30 bytes here. */
export const monthlyStorage = (prices: Prices, bytes: number): number => (bytes / 2 ** 30) * prices.perGigabyteMonth

/** What writing so many items once costs: a build. */
export const onceWritten = (prices: Prices, units: number): number => (units * prices.perMillionWriteUnits) / 1e6

const price = z.number('must be a number').min(0, 'must not be negative').optional()

const shape = z.strictObject({
  asOf: z.string('must be a day').min(1, 'must not be empty'),
  source: z.string('must say where they stand').optional(),
  perMillionWriteUnits: price,
  perMillionReadUnits: price,
  perGigabyteMonth: price,
})

/** Prices that somebody looked up, in place of those of the list. Throws COMMAND_INVALID. */
export function readPrices(value: unknown, from: string): Prices {
  const { data, error } = shape.safeParse(value)
  if (error !== undefined) {
    const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'it'} ${message}`)
    throw new MillraceError('COMMAND_INVALID', `${from}: ${problems.join('; ')}`)
  }
  const given = Object.fromEntries(Object.entries(data).filter(([, each]) => each !== undefined))
  return { ...listPrices, source: from, ...given }
}
