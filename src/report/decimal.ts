/** An exact number: `unscaled / 10^scale`. */
export interface Exact {
  readonly unscaled: bigint
  readonly scale: number
}

const ten = (power: number): bigint => 10n ** BigInt(power)

/** Reads plain decimal text. Throws a RangeError for anything else, NaN and Infinity included. */
export function parseExact(text: string): Exact {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (match === null) throw new RangeError('not an exact number')
  const fraction = match[3] ?? ''
  const digits = BigInt(`${match[2]}${fraction}`)
  return { unscaled: match[1] === '-' ? -digits : digits, scale: fraction.length }
}

/** Plain decimal text with exactly `scale` digits after the point; zero has no sign. */
export function formatExact({ unscaled, scale }: Exact): string {
  if (scale === 0) return unscaled.toString()
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** `over / under` at a scale, rounded half away from zero as PostgreSQL's `round(numeric)`. `under` is not 0. */
export function divide(over: Exact, under: Exact, scale: number): Exact {
  const shift = scale + under.scale - over.scale
  const dividend = shift >= 0 ? over.unscaled * ten(shift) : over.unscaled
  const divisor = shift >= 0 ? under.unscaled : under.unscaled * ten(-shift)
  const negative = dividend < 0n !== divisor < 0n
  const [n, d] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor]
  const rounded = (2n * n + d) / (2n * d)
  return { unscaled: negative ? -rounded : rounded, scale }
}

/** The number at another scale, rounded half away from zero where digits go. */
export function rescale(value: Exact, scale: number): Exact {
  if (scale >= value.scale) return { unscaled: value.unscaled * ten(scale - value.scale), scale }
  return divide(value, { unscaled: 1n, scale: 0 }, scale)
}

export function plus(a: Exact, b: Exact): Exact {
  const scale = Math.max(a.scale, b.scale)
  return { unscaled: rescale(a, scale).unscaled + rescale(b, scale).unscaled, scale }
}

export const negate = ({ unscaled, scale }: Exact): Exact => ({ unscaled: -unscaled, scale })

export function compareExact(a: Exact, b: Exact): number {
  const { unscaled } = plus(a, negate(b))
  return unscaled < 0n ? -1 : unscaled > 0n ? 1 : 0
}
