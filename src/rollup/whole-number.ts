import { formatExact, parseExact, rescale } from '../report/decimal.ts'

/**
 * A whole number: a JavaScript number where that is exact, else a bigint. Sums and products of small ones, which nearly all
 * are, then take no allocation.
 */
export type WholeNumber = number | bigint

const fits = (value: number): boolean => value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER

export function wholeNumber(value: bigint): WholeNumber {
  const near = Number(value)
  return fits(near) ? near : value
}

export function plus(a: WholeNumber, b: WholeNumber): WholeNumber {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (fits(sum)) return sum
  }
  return wholeNumber(BigInt(a) + BigInt(b))
}

export function minus(a: WholeNumber, b: WholeNumber): WholeNumber {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b
    if (fits(difference)) return difference
  }
  return wholeNumber(BigInt(a) - BigInt(b))
}

export function product(a: WholeNumber, b: WholeNumber): WholeNumber {
  if (typeof a === 'number' && typeof b === 'number') {
    // A zero has no sign.
    const exact = a * b + 0
    if (fits(exact)) return exact
  }
  return wholeNumber(BigInt(a) * BigInt(b))
}

/** A quotient rounded half away from zero. `divisor` is above 0. */
export function quotient(dividend: WholeNumber, divisor: number): WholeNumber {
  if (typeof dividend === 'bigint') {
    const [over, under] = [dividend < 0n ? -dividend : dividend, BigInt(divisor)]
    const rounded = (2n * over + under) / (2n * under)
    return wholeNumber(dividend < 0n ? -rounded : rounded)
  }
  if (divisor === 1) return dividend
  const over = Math.abs(dividend)
  const rest = over % divisor
  const rounded = (over - rest) / divisor + (rest >= divisor - rest ? 1 : 0)
  return dividend < 0 ? 0 - rounded : rounded
}

export function compareNumbers(a: WholeNumber, b: WholeNumber): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A number of more digits than these is not exact as a double; one of these may be. */
const mostDigits = 16
const [minusSign, point, zero, five, nine] = [0x2d, 0x2e, 0x30, 0x35, 0x39]

/**
 * Plain decimal text in units of its `scale`-th digit after the point, rounded half away from zero as PostgreSQL rounds.
 * Undefined where the text is no such number.
 */
export function scaledNumber(text: string, scale: number): WholeNumber | undefined {
  const end = text.length
  if (end === 0) return undefined
  const isNegative = text.charCodeAt(0) === minusSign
  if (end + scale > mostDigits) return longNumber(text, scale)
  let at = isNegative ? 1 : 0
  if (at === end) return undefined
  let value = 0
  let code = 0
  const first = at
  for (; at < end; at++) {
    code = text.charCodeAt(at)
    if (code < zero || code > nine) break
    value = value * 10 + (code - zero)
  }
  if (at === first) return undefined
  let missing = scale
  if (at < end) {
    if (code !== point || at + 1 === end) return undefined
    for (at++; at < end; at++) {
      code = text.charCodeAt(at)
      if (code < zero || code > nine) return undefined
      if (missing > 0) value = value * 10 + (code - zero)
      // Only the first digit that goes decides.
      else if (missing === 0 && code >= five) value++
      missing--
    }
  }
  for (; missing > 0; missing--) value *= 10
  if (value > Number.MAX_SAFE_INTEGER) return longNumber(text, scale)
  return isNegative ? 0 - value : value
}

function longNumber(text: string, scale: number): WholeNumber | undefined {
  try {
    return wholeNumber(rescale(parseExact(text), scale).unscaled)
  } catch {
    return undefined
  }
}

/** Plain decimal text of a number in units of its `scale`-th digit after the point. */
export const numberText = (value: WholeNumber, scale: number): string =>
  scale === 0 ? value.toString() : formatExact({ unscaled: BigInt(value), scale })
