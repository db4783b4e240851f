import { doubleText } from './binary-number.ts'

/**
 * A float of four bytes as the double that PostgreSQL's own text of it is read as, which is what JSON and SQL say of it: `0.1`, not
 * `0.10000000149011612`.
 *
 * That text has the fewest digits that lie nearer to this float than to any other, never halfway, and of those the nearest to
 * it; of two as near the even one.
 */
export function singleText(value: number): string {
  if (!Number.isFinite(value) || value === 0) return doubleText(value)
  const [fraction, exponent] = partsOf(value)
  // At a power of two the next float is nearer below than above.
  return doubleText((fraction === 0 || exponent === 0 ? undefined : nearShortest(value, exponent)) ?? shortest(value))
}

const view = new DataView(new ArrayBuffer(4))

function partsOf(value: number): [fraction: number, exponent: number] {
  view.setFloat32(0, value)
  const bits = view.getUint32(0)
  return [bits & 0x7fffff, (bits >>> 23) & 0xff]
}

/** By the arithmetic of doubles; undefined where it is too close to say. */
function nearShortest(value: number, exponent: number): number | undefined {
  const half = 2 ** (exponent - 127 - 24)
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits))
    const distance = Math.abs(candidate - value)
    if (distance === half) return undefined
    if (distance > half) continue
    const oneMore = value.toPrecision(digits + 1)
    return Number(oneMore) === value && /5(e|$)/.test(oneMore) ? undefined : candidate
  }
  return undefined
}

/** By whole numbers: four times the float, and the ends of what is nearest to it, as multiples of one power of ten. */
function shortest(value: number): number {
  const [fraction, exponent] = partsOf(value)
  const mantissa = BigInt(exponent === 0 ? fraction : fraction | 0x800000)
  const power = Math.max(exponent, 1) - 127 - 23 - 2
  const lowerGap = fraction === 0 && exponent > 1 ? 1n : 2n
  const factor = power >= 0 ? 1n << BigInt(power) : 5n ** BigInt(-power)
  let [digits, above, below] = [
    4n * mantissa * factor,
    (4n * mantissa + 2n) * factor - 1n,
    (4n * mantissa - lowerGap) * factor,
  ]
  let [tens, removed, isExact] = [Math.min(power, 0), 0n, true]
  while (above / 10n > below / 10n) {
    isExact &&= removed === 0n
    removed = digits % 10n
    digits /= 10n
    above /= 10n
    below /= 10n
    tens++
  }
  const isTie = isExact && removed === 5n
  const up = digits === below || (isTie ? digits % 2n === 1n : removed >= 5n)
  return Math.sign(value) * Number(`${digits + (up ? 1n : 0n)}e${tens}`)
}
