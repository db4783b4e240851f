import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Position } from '../report-store.ts'
import { type Item, number, refuseNewer, text, textOf } from './attributes.ts'
import { placeIn, placeOf, positionNumber, positionOf, wholeNumberOf } from './position-number.ts'

/*
 * The item of a counter, or of 64 of its values. Names are short, since every item that is read or written pays for them:
 *
 * A … L2     its values, 64 names: A to Z, then A1 to Z1, then A2 to L2; absent where nothing was ever added
 * p          the end of the last batch that added to it, and `d` what that batch added
 * c          the chunks of its build's base that are in it
 * k          the whole sort key, where it is too long for the item's own
 * f          the format; absent of the first
 * expires_at when it expires, of a counter that does, in seconds since 1970: the table's time to live
 *
 * So an item tells its values at two moments: as they are, and without what came last. A base may come at any time: it is in both. That no two
 * batches came since a position is known by the mark of the build, which each of them changed before it wrote. Positions numbers,
 * which take a byte for two of their decimal digits.
 */

/** The attribute by which DynamoDB deletes what has expired: seconds since 1970. */
export const expiryAttribute = 'expires_at'

/** A longer vector stands in several items. */
export const valuesPerItem = 64

const letters = 26
export const nameOfValue = (place: number): string =>
  String.fromCharCode(65 + (place % letters)) + (place < letters ? '' : Math.trunc(place / letters))
export const placeOfValue = (name: string): number => name.charCodeAt(0) - 65 + letters * Number(name.slice(1))
/** No other attribute has a name that begins with a capital. */
export const isValue = (name: string): boolean => name.charCodeAt(0) >= 65 && name.charCodeAt(0) <= 90

/** What an item may hold before something is added to it, and what may be added at once: 38 digits are exact, and the sum has no more. */
const mostValue = 5n * 10n ** 37n - 1n
export const mostAddition = 4n * 10n ** 37n

/** Where the values are that something is added to. */
const places = (by: readonly bigint[]): number[] => by.flatMap((value, place) => (value === 0n ? [] : [place]))

interface Expressions {
  readonly update: string
  readonly condition: string
}

function expressionsOf(touched: readonly number[]): Expressions {
  const names = touched.map(nameOfValue)
  const sums = names.map((name) => `${name}=if_not_exists(${name},:z)+:${name}`).join(',')
  const fits = names.map((name) => `(attribute_not_exists(${name}) OR ${name} BETWEEN :l AND :h)`)
  return { update: sums, condition: fits.join(' AND ') }
}

/** Most updates touch the same few places. */
const known = new Map<string, Expressions>()

function knownExpressions(touched: readonly number[]): Expressions {
  const name = touched.join()
  const found = known.get(name) ?? expressionsOf(touched)
  if (known.size > 10_000) known.clear()
  known.set(name, found)
  return found
}

interface Addition {
  /** Up to 64 of them, one of which is not zero. */
  readonly by: readonly bigint[]
  /** The whole sort key, where the item's own does not tell it. */
  readonly whole: string | undefined
  /** Of a key always the same. */
  readonly expiresAt?: number | undefined
}

const bounds = { ':z': number(0), ':l': number(-mostValue), ':h': number(mostValue) }

/** Of a batch: once, since what it leads from is then behind the item (S1). `isSettled`: no chunk of a base can come to it any more. */
export function batchUpdate(
  { by, whole, expiresAt }: Addition,
  { from, to }: { readonly from: Position; readonly to: Position },
  isSettled: boolean,
) {
  const touched = places(by)
  const { update, condition } = knownExpressions(touched)
  const values: Record<string, AttributeValue> = { ...bounds, ...valuesOf(by, touched) }
  values[':p'] = positionNumber(from)
  values[':t'] = positionNumber(to)
  values[':d'] = text(by.map((value) => (value === 0n ? '' : value.toString())).join())
  const constants = putConstants(values, whole, expiresAt)
  return {
    update: `SET ${update},p=:t,d=:d${constants}${isSettled ? ' REMOVE c' : ''}`,
    condition: `(attribute_not_exists(p) OR p<=:p) AND attribute_not_exists(f) AND ${condition}`,
    values,
  }
}

/** Of a chunk of a base: once. */
export function baseUpdate({ by, whole, expiresAt }: Addition, chunk: string) {
  const touched = places(by)
  const { update, condition } = knownExpressions(touched)
  const values: Record<string, AttributeValue> = { ...bounds, ...valuesOf(by, touched) }
  values[':n'] = text(chunk)
  values[':s'] = { SS: [chunk] }
  const constants = putConstants(values, whole, expiresAt)
  return {
    update: `SET ${update}${constants} ADD c :s`,
    condition: `(attribute_not_exists(c) OR NOT contains(c,:n)) AND attribute_not_exists(f) AND ${condition}`,
    values,
  }
}

function valuesOf(by: readonly bigint[], touched: readonly number[]) {
  const values: Record<string, AttributeValue> = {}
  for (const place of touched) values[`:${nameOfValue(place)}`] = number(by[place] as bigint)
  return values
}

/** What an item says from its beginning on, and every write says again. */
function putConstants(
  values: Record<string, AttributeValue>,
  whole: string | undefined,
  expiresAt: number | undefined,
): string {
  if (whole !== undefined) values[':k'] = text(whole)
  if (expiresAt !== undefined) values[':x'] = number(expiresAt)
  return `${whole === undefined ? '' : ',k=:k'}${expiresAt === undefined ? '' : `,${expiryAttribute}=:x`}`
}

/** Why an item was not written. */
export function isInAlready(
  item: Item,
  { from, chunk }: { readonly from?: Position; readonly chunk?: string },
): boolean {
  refuseNewer(item, 'f')
  if (chunk !== undefined) return item.c?.SS?.includes(chunk) ?? false
  return placeIn(item, 'p') > placeOf(from as Position)
}

/** Whether nothing is left in an item, as far as it is told. */
export const isNothing = (item: Item): boolean =>
  Object.entries(item).every(([name, value]) => !isValue(name) || value.N === '0')

/** The end of the last batch that added to an item; undefined where only a base was added to it. */
export const lastOf = (item: Item): Position | undefined =>
  item.p === undefined ? undefined : positionOf(placeIn(item, 'p'))

/** That an item still holds nothing, as it did. */
export function stillNothing(item: Item) {
  const zeroes = Object.keys(item).filter(isValue)
  return {
    condition: ['p = :p', ...zeroes.map((name) => `${name} = :z`)].join(' AND '),
    values: { ':p': number(placeIn(item, 'p')), ...(zeroes.length > 0 && { ':z': number(0) }) },
  }
}

/** The values of an item at a position that the stream had before the item was read, if no more than one batch has come to it since. */
export function valuesAt(item: Item, position: Position): bigint[] {
  refuseNewer(item, 'f')
  const values: bigint[] = []
  for (const name in item) {
    if (!isValue(name)) continue
    const value = item[name]?.N
    if (value !== undefined) values[placeOfValue(name)] = wholeNumberOf(value)
  }
  for (let place = 0; place < values.length; place++) values[place] ??= 0n
  if (placeIn(item, 'p') <= placeOf(position)) return values
  for (const [place, added] of (textOf(item, 'd') ?? '').split(',').entries())
    if (added !== '') values[place] = (values[place] ?? 0n) - BigInt(added)
  return values
}
