import { doubleText, numericText, wholeNumberText } from './binary-number.ts'
import { dayText, microsecondsText } from './binary-time.ts'
import { recurringText } from './recurring-text.ts'
import { singleText } from './single-float.ts'

/** The canonical text of a value in PostgreSQL's binary format. */
export type ValueText = (bytes: Buffer, at: number, length: number) => string

const utf8: ValueText = (bytes, at, length) =>
  // V8 makes a one-byte string of what is ASCII either way.
  bytes.toString('utf8', at, at + length)

const recurring = recurringText(utf8)

/** `character(n)` is stored with spaces after it that are no part of its value: `::text` takes them away. */
function paddedText(bytes: Buffer, at: number, length: number): string {
  let end = at + length
  while (end > at && bytes[end - 1] === 0x20) end--
  return bytes.toString('utf8', at, end)
}

function uuidText(bytes: Buffer, at: number): string {
  const hex = bytes.toString('hex', at, at + 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/**
 * What a column's text is, by the type that its values are of: as `::text` has it, but a timestamp as whole microseconds since
 * 1970, and a float as the double that its shortest decimal text is read as. A type outside `pg_catalog` is an enum or
 * `citext`: both send their text.
 */
const texts: Readonly<Record<string, ValueText>> = {
  bool: (bytes, at) => (bytes[at] === 0 ? 'false' : 'true'),
  int2: (bytes, at) => String(bytes.readInt16BE(at)),
  int4: (bytes, at) => String(bytes.readInt32BE(at)),
  int8: wholeNumberText,
  numeric: recurringText(numericText),
  float4: (bytes, at) => singleText(bytes.readFloatBE(at)),
  float8: (bytes, at) => doubleText(bytes.readDoubleBE(at)),
  text: recurring,
  varchar: recurring,
  name: utf8,
  bpchar: recurringText(paddedText),
  uuid: recurringText(uuidText),
  date: dayText,
  timestamp: microsecondsText,
  timestamptz: microsecondsText,
}

/** Undefined for a type of `pg_catalog` that no kind of column stands for. */
export function valueText(type: string): ValueText | undefined {
  if (type.includes('.')) return recurring
  return Object.hasOwn(texts, type) ? texts[type] : undefined
}

/** The object ids of these types, which are the same in every database. */
export const builtInTypes: ReadonlyMap<number, string> = new Map([
  [16, 'bool'],
  [19, 'name'],
  [20, 'int8'],
  [21, 'int2'],
  [23, 'int4'],
  [25, 'text'],
  [700, 'float4'],
  [701, 'float8'],
  [1042, 'bpchar'],
  [1043, 'varchar'],
  [1082, 'date'],
  [1114, 'timestamp'],
  [1184, 'timestamptz'],
  [1700, 'numeric'],
  [2950, 'uuid'],
])
