/** A whole number of eight bytes as text. */
export function wholeNumberText(bytes: Buffer, at: number): string {
  const high = bytes.readInt32BE(at)
  // Up to 53 bits a double is exact, and several times as fast.
  return high >= -0x100000 && high < 0x100000
    ? String(high * 0x100000000 + bytes.readUInt32BE(at + 4))
    : bytes.readBigInt64BE(at).toString()
}

const negative = 0x4000
const specials: Readonly<Record<number, string>> = { 49152: 'NaN', 53248: 'Infinity', 61440: '-Infinity' }

/**
 * A `numeric` as PostgreSQL writes it: exact, with as many digits after the point as it was stored with. On the wire: how
 * many digits to the base of 10,000, the power of the first, the sign, how many decimal digits are shown after the point,
 * and the digits. Zeroes at either end may be left out.
 */
export function numericText(bytes: Buffer, at: number): string {
  const count = bytes.readUInt16BE(at)
  const firstPower = bytes.readInt16BE(at + 2)
  const sign = bytes.readUInt16BE(at + 4)
  const shown = bytes.readUInt16BE(at + 6)
  const special = specials[sign]
  if (special !== undefined) return special
  const digit = (power: number): number => {
    const index = firstPower - power
    return index >= 0 && index < count ? bytes.readUInt16BE(at + 8 + index * 2) : 0
  }
  let text = sign === negative ? '-' : ''
  text += firstPower < 0 ? '0' : String(digit(firstPower))
  for (let power = firstPower - 1; power >= 0; power--) text += fourDigits(digit(power))
  if (shown === 0) return text
  let fraction = ''
  for (let power = -1; fraction.length < shown; power--) fraction += fourDigits(digit(power))
  return `${text}.${fraction.length === shown ? fraction : fraction.slice(0, shown)}`
}

const fourDigits = (digit: number): string =>
  digit >= 1000 ? String(digit) : digit >= 100 ? `0${digit}` : digit >= 10 ? `00${digit}` : `000${digit}`

/** The shortest decimal text that is read as this double; `-0` is `0`. */
export const doubleText = (value: number): string => String(value + 0)
