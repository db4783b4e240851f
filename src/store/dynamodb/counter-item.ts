import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { origin, type Position } from '../report-store.ts'
import { format, type Item, number, refuseNewer, text, textOf } from './attributes.ts'

/*
 * The item of a counter, or of 64 of its values:
 *
 * v0 … v63   its values; absent where nothing was ever added
 * at1        the end of the last batch that added to it, and `by1` what that batch added
 * at0        the end of the batch before
 * in1        the chunks of its build's base that are in it
 * key1       the whole sort key, where it is too long for the item's own
 * f1         the format
 *
 * So an item tells its values at two moments: as they are, and without what came last. A base may come at any time: it is in both.
 */

/** A longer vector stands in several items. */
export const valuesPerItem = 64

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
  const sums = touched.map((place) => `v${place}=if_not_exists(v${place},:z)+:a${place}`).join(',')
  const fits = touched.map((place) => `(attribute_not_exists(v${place}) OR v${place} BETWEEN :l AND :h)`)
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
}

const bounds = { ':z': number(0), ':l': number(-mostValue), ':h': number(mostValue), ':f': number(format) }

/** Of a batch: once, since what it leads from is then behind the item (S1). `isSettled`: no chunk of a base can come to it any more. */
export function batchUpdate(
  { by, whole }: Addition,
  { from, to }: { readonly from: Position; readonly to: Position },
  isSettled: boolean,
) {
  const touched = places(by)
  const { update, condition } = knownExpressions(touched)
  const values: Record<string, AttributeValue> = { ...bounds, ...valuesOf(by, touched, whole) }
  values[':o'] = text(origin)
  values[':p'] = text(from)
  values[':t'] = text(to)
  values[':d'] = text(by.map((value) => (value === 0n ? '' : value.toString())).join())
  const key = whole === undefined ? '' : ',key1=:k'
  return {
    update: `SET ${update},at0=if_not_exists(at1,:o),at1=:t,by1=:d,f1=:f${key}${isSettled ? ' REMOVE in1' : ''}`,
    condition: `(attribute_not_exists(at1) OR at1<=:p) AND (attribute_not_exists(f1) OR f1<=:f) AND ${condition}`,
    values,
  }
}

/** Of a chunk of a base: once. */
export function baseUpdate({ by, whole }: Addition, chunk: string) {
  const touched = places(by)
  const { update, condition } = knownExpressions(touched)
  const values: Record<string, AttributeValue> = { ...bounds, ...valuesOf(by, touched, whole) }
  values[':n'] = text(chunk)
  values[':s'] = { SS: [chunk] }
  const key = whole === undefined ? '' : ',key1=:k'
  return {
    update: `SET ${update},f1=:f${key} ADD in1 :s`,
    condition: `(attribute_not_exists(in1) OR NOT contains(in1,:n)) AND (attribute_not_exists(f1) OR f1<=:f) AND ${condition}`,
    values,
  }
}

function valuesOf(by: readonly bigint[], touched: readonly number[], whole: string | undefined) {
  const values: Record<string, AttributeValue> = {}
  for (const place of touched) values[`:a${place}`] = number(by[place] as bigint)
  if (whole !== undefined) values[':k'] = text(whole)
  return values
}

/** Why an item was not written. */
export function isInAlready(
  item: Item,
  { from, chunk }: { readonly from?: Position; readonly chunk?: string },
): boolean {
  refuseNewer(item, 'f1')
  if (chunk !== undefined) return item.in1?.SS?.includes(chunk) ?? false
  return (textOf(item, 'at1') ?? origin) > (from as Position)
}

/** Whether nothing is left in an item, as far as it is told. */
export const isNothing = (item: Item): boolean =>
  Object.entries(item).every(([name, value]) => !/^v\d/.test(name) || value.N === '0')

/**
 * The values of an item at a position that the stream had when the item was read, or before; undefined where it cannot be told any more,
 * since two batches have come since.
 */
export function valuesAt(item: Item, position: Position): bigint[] | undefined {
  refuseNewer(item, 'f1')
  const values: bigint[] = []
  for (const name in item) {
    if (name.charCodeAt(0) !== 118) continue
    const value = item[name]?.N
    if (value !== undefined) values[Number(name.slice(1))] = wholeNumber(value)
  }
  for (let place = 0; place < values.length; place++) values[place] ??= 0n
  const last = textOf(item, 'at1')
  if (last === undefined || last <= position) return values
  if ((textOf(item, 'at0') ?? origin) > position) return undefined
  for (const [place, added] of (textOf(item, 'by1') ?? '').split(',').entries())
    if (added !== '') values[place] = (values[place] ?? 0n) - BigInt(added)
  return values
}

/** DynamoDB may write a number with an exponent. */
function wholeNumber(text: string): bigint {
  const exponent = text.search(/e/i)
  if (exponent === -1) return BigInt(text)
  const [whole = '', fraction = ''] = text.slice(0, exponent).split('.')
  const zeroes = Number(text.slice(exponent + 1)) - fraction.length
  return BigInt(whole + fraction) * 10n ** BigInt(zeroes)
}
