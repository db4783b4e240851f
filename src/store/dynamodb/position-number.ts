import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { origin, type Position } from '../report-store.ts'
import type { Item } from './attributes.ts'

/*
 * In items of counters and marks a position is a number: its order is the same, and DynamoDB counts a byte for two decimal digits, where
 * the text has sixteen.
 */

export const placeOf = (position: Position): bigint => BigInt(`0x${position}`)

export const positionOf = (place: bigint): Position => place.toString(16).padStart(origin.length, '0')

let last: { readonly position: Position; readonly written: AttributeValue } | undefined
let before: typeof last

/** All items of a batch have the same two. */
export function positionNumber(position: Position): AttributeValue {
  if (last?.position === position) return last.written
  if (before?.position === position) return before.written
  before = last
  last = { position, written: { N: placeOf(position).toString() } }
  return last.written
}

/** Zero where the item has none. */
export function placeIn(item: Item, name: string): bigint {
  const written = item[name]?.N
  return written === undefined ? 0n : wholeNumberOf(written)
}

/** DynamoDB may write a number with an exponent. */
export function wholeNumberOf(text: string): bigint {
  const exponent = text.search(/e/i)
  if (exponent === -1) return BigInt(text)
  const [whole = '', fraction = ''] = text.slice(0, exponent).split('.')
  const zeroes = Number(text.slice(exponent + 1)) - fraction.length
  return BigInt(whole + fraction) * 10n ** BigInt(zeroes)
}
