import { refusedAbove, refusedBelow, type Value } from './image.ts'
import type { WholeNumber } from './whole-number.ts'

/**
 * Sort keys: segments, each ended by U+0001, so that the bytes of a key sort as its segments do one after the other, and no
 * value of one segment can be taken for another's. Characters below U+0003 are escaped by U+0002.
 */
const end = '\u0001'
const escaped = '\u0002'
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped.
const special = /[\u0000-\u0002]/

/** Above every continuation of a key that begins with what stands before it. */
export const after = '\u{10ffff}'

export function segment(text: string): string {
  if (!special.test(text)) return text + end
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped.
  return text.replace(/[\u0000-\u0002]/g, (c) => escaped + String.fromCharCode(c.charCodeAt(0) + 16)) + end
}

/** A dimension's value as a segment; null before everything. */
export function dimensionSegment(value: Value): string {
  if (value === null) return segment('n')
  return segment(value === refusedBelow ? 'r-' : value === refusedAbove ? 'r+' : `v${value}`)
}

/** The segments of a key as they stand in it: equal where the values are. */
export function writtenSegments(key: string): string[] {
  const texts = key.split(end)
  texts.pop()
  return texts
}

/** The text of a segment as it stands in a key. */
export const segmentText = (written: string): string =>
  written.includes(escaped)
    ? // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what was escaped.
      written.replace(/\u0002([\s\S])/g, (_, c: string) => String.fromCharCode(c.charCodeAt(0) - 16))
    : written

export const segmentsOf = (key: string): string[] => writtenSegments(key).map(segmentText)

export function dimensionOf(text: string): Value {
  if (text === 'n') return null
  return text === 'r-' ? refusedBelow : text === 'r+' ? refusedAbove : text.slice(1)
}

/**
 * A whole number of any size so that text order is number order: a sign, how many digits (and before that, how many digits this
 * number has), and the digits. Those of a negative one are turned over.
 */
export function orderedInteger(value: WholeNumber): string {
  const digits = (value < 0 ? -value : value).toString()
  const length = digits.length.toString()
  const text = `${length.length}${length}${digits}`
  return value >= 0 ? `p${text}` : `m${turned(text)}`
}

export function orderedIntegerOf(text: string): bigint {
  const isNegative = text.startsWith('m')
  const written = isNegative ? turned(text.slice(1)) : text.slice(1)
  const digits = BigInt(written.slice(1 + Number(written[0])))
  return isNegative ? -digits : digits
}

const view = new DataView(new ArrayBuffer(8))

/** A finite double so that text order is number order: the bits of IEEE 754, in hex; those of a negative one turned over. */
export function orderedReal(value: number): string {
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const ordered = value < 0 ? ~bits & 0xffff_ffff_ffff_ffffn : bits | (1n << 63n)
  return ordered.toString(16).padStart(16, '0')
}

export function orderedRealOf(text: string): number {
  const ordered = BigInt(`0x${text}`)
  const bits = ordered >> 63n === 1n ? ordered & ~(1n << 63n) : ~ordered & 0xffff_ffff_ffff_ffffn
  view.setBigUint64(0, bits)
  return view.getFloat64(0)
}

const turned = (digits: string): string => digits.replace(/\d/g, (digit) => String(9 - Number(digit)))
