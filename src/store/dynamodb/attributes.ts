import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { MillraceError } from '../../errors.ts'

export type Item = Readonly<Record<string, AttributeValue>>

/**
 * The names of attributes hold a digit or an underscore each, as none of DynamoDB's reserved words does that matters here, so that no
 * expression needs names in the place of names.
 */
export const textOf = (item: Item, name: string): string | undefined => item[name]?.S
export const numberOf = (item: Item, name: string): number | undefined =>
  item[name]?.N === undefined ? undefined : Number(item[name].N)

export const text = (value: string): AttributeValue => ({ S: value })
export const number = (value: number | bigint): AttributeValue => ({ N: String(value) })

/** Of how items are written. One that a later version wrote may mean something else, and is never read as if it did not. */
export const format = 1

export function refuseNewer(item: Item, name = 'item_format'): void {
  const found = numberOf(item, name) ?? 0
  if (found <= format) return
  const detail = `it holds items of format ${found}, and this version of Millrace knows none above ${format}`
  throw new MillraceError('STORE_UNAVAILABLE', detail, { retryAfter: 10 })
}
