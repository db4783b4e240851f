/** A value of an attribute, as the SDK of AWS writes it; those that a counter's item may have. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: Uint8Array }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Readonly<Record<string, AttributeValue>> }

const utf8 = (text: string): number => Buffer.byteLength(text)

/**
 * The size of an item as DynamoDB counts it: names and values of its attributes, the key's among them. After "DynamoDB item sizes and
 * formats" of the developer guide, which says of numbers that it is about so.
 */
export function bytesOfItem(item: Readonly<Record<string, AttributeValue>>): number {
  let bytes = 0
  for (const name in item) bytes += utf8(name) + bytesOfValue(item[name] as AttributeValue)
  return bytes
}

const bytesOfCollection = 3
const bytesOfElement = 1

function bytesOfValue(value: AttributeValue): number {
  if ('S' in value) return utf8(value.S)
  if ('N' in value) return bytesOfNumber(value.N)
  if ('B' in value) return value.B.byteLength
  if ('L' in value) return value.L.reduce((sum, each) => sum + bytesOfElement + bytesOfValue(each), bytesOfCollection)
  if ('M' in value) {
    return Object.entries(value.M).reduce(
      (sum, [name, each]) => sum + bytesOfElement + utf8(name) + bytesOfValue(each),
      bytesOfCollection,
    )
  }
  return 1
}

/**
 * One byte for each pair of digits, counted from the point, without those of zeroes before and after, and one more; one more for the sign of a
 * negative one.
 */
export function bytesOfNumber(text: string): number {
  const [, sign, whole = ''] = /^(-?)0*(\d*)$/.exec(text) ?? []
  const digits = whole.replace(/0+$/, '').length
  if (digits === 0) return 1
  const straddles = digits % 2 === 0 && whole.length % 2 === 1
  return Math.ceil(digits / 2) + 1 + (straddles ? 1 : 0) + (sign === '-' ? 1 : 0)
}
