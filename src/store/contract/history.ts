import fc from 'fast-check'
import { origin, type Position } from '../report-store.ts'

/** Of a row image, by the places of its rollup and key among those of the history. */
export interface Image {
  readonly rollup: number
  readonly key: number
  readonly by: readonly bigint[]
}

/** What befalls a call: the caller hears of a failure where nothing was done, or all; it is done later, or twice, or in part. */
export type Fault = 'none' | 'before' | 'after' | 'late' | 'twice' | 'during'

export interface WorkerStep {
  /** Transactions that a batch takes. */
  readonly transactions: number
  /** Sends what it sent before once more. */
  readonly again: boolean
}

export interface BuilderStep {
  readonly act: 'open' | 'fill'
  readonly rollup: number
  /** Transactions between the stream's position and the start of a build; the place of the build that is filled. */
  readonly number: number
}

export interface OperatorStep {
  readonly act: 'drop' | 'stop' | 'retire' | 'ready' | 'restart' | 'interrupt' | 'rest'
  readonly number: number
}

export interface ReaderStep {
  readonly by: 'fingerprint' | 'number' | 'changed'
  readonly number: number
  readonly from: number
  readonly to: number
}

/** Who does what, all at once, and what befalls their calls. */
export interface History {
  /** Whether each rollup has a build that is read from the beginning. */
  readonly isBuilt: boolean
  readonly transactions: readonly (readonly Image[])[]
  readonly workers: readonly (readonly WorkerStep[])[]
  readonly builders: readonly (readonly BuilderStep[])[]
  readonly operator: readonly OperatorStep[]
  readonly readers: readonly (readonly ReaderStep[])[]
  /** Of each worker, builder and operator, in turn. */
  readonly faults: readonly (readonly Fault[])[]
  /** Turns that a call waits before and after. */
  readonly delays: readonly number[]
}

export interface Rollup {
  readonly tenant: string
  readonly report: string
}

/** Names that a careless key would take for one another (T6). */
export const rollups: readonly Rollup[] = [
  { tenant: 'a', report: 'r' },
  { tenant: 'a', report: 'r/a' },
  { tenant: 'a\u0001r', report: 'r' },
  { tenant: 'A', report: 'r' },
  { tenant: `a'"\\{},`, report: 'r' },
]

const long = 'k\u{1f6b0}'.repeat(900)
/** In no order. */
export const keys: readonly string[] = [
  'b',
  'a\u0001',
  '',
  'a',
  '\u{10000}',
  '\uffff',
  `${long}b`,
  'é',
  long,
  `${long}a`,
  'a"{},\\',
]

/** S9: when the counter of a key expires, in seconds since 1970, while the transaction of a place is committed at its place. */
export function expiryOf(sort: string): number | undefined {
  return [undefined, 4, undefined, 9, undefined, undefined, 2, undefined, 6][keys.indexOf(sort)]
}

export const fingerprint = 'fingerprint'

/** Of the transaction of this place, from 1; the positions between are nobody's. */
export const positionOf = (place: number): Position =>
  place === 0 ? origin : (0x1000n + 0x10n * BigInt(place)).toString(16).padStart(16, '0')

/** How many transactions are at or before a position. */
export const placeOf = (position: Position): number =>
  position === origin ? 0 : Number((BigInt(`0x${position}`) - 0x1000n) / 0x10n)

/** In microseconds since 1970. */
export const committedAt = (position: Position): bigint => BigInt(placeOf(position)) * 1_000_000n

const value = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt({ min: -2n, max: 2n }) },
  { weight: 1, arbitrary: fc.constantFrom(2n ** 53n + 1n, -(2n ** 63n), 2n ** 90n + 1n) },
)

const image = fc.record({
  rollup: fc.nat(rollups.length - 1),
  key: fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(keys.length - 1) }),
  by: fc.array(value, { minLength: 1, maxLength: 3 }),
})

const fault = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fault>('none') },
  { weight: 5, arbitrary: fc.constantFrom<Fault>('before', 'after', 'late', 'twice', 'during') },
)

const workerStep = fc.record({ transactions: fc.integer({ min: 1, max: 4 }), again: fc.boolean() })
const builderStep = fc.record({
  act: fc.constantFrom('open' as const, 'fill' as const, 'fill' as const),
  rollup: fc.nat(rollups.length - 1),
  number: fc.nat(3),
})
const operatorStep = fc.record({
  act: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<OperatorStep['act']>('drop', 'stop', 'retire', 'ready', 'interrupt') },
    { weight: 4, arbitrary: fc.constant<OperatorStep['act']>('rest') },
    { weight: 1, arbitrary: fc.constant<OperatorStep['act']>('restart') },
  ),
  number: fc.nat(7),
})
const readerStep = fc.record({
  by: fc.constantFrom('fingerprint' as const, 'fingerprint' as const, 'number' as const, 'changed' as const),
  number: fc.nat(7),
  from: fc.nat(keys.length),
  to: fc.nat(keys.length),
})

export const history: fc.Arbitrary<History> = fc.record({
  isBuilt: fc.boolean(),
  transactions: fc.array(fc.array(image, { minLength: 1, maxLength: 5 }), { minLength: 4, maxLength: 16 }),
  workers: fc.array(fc.array(workerStep, { minLength: 2, maxLength: 8 }), { minLength: 1, maxLength: 3 }),
  builders: fc.array(fc.array(builderStep, { minLength: 2, maxLength: 8 }), { minLength: 1, maxLength: 2 }),
  operator: fc.array(operatorStep, { maxLength: 4 }),
  readers: fc.array(fc.array(readerStep, { minLength: 3, maxLength: 10 }), { minLength: 1, maxLength: 2 }),
  faults: fc.array(fc.array(fault, { minLength: 1, maxLength: 12 }), { minLength: 6, maxLength: 6 }),
  delays: fc.array(fc.nat(4), { minLength: 1, maxLength: 24 }),
})
