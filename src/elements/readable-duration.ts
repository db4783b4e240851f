const milliseconds = { millisecond: 1, second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const
type Unit = keyof typeof milliseconds
const units = Object.keys(milliseconds) as Unit[]
/** Hours may be of work, and days are what people count in: these stay, however many. */
const grows: readonly string[] = ['millisecond', 'second', 'minute']

/**
 * A duration in the unit that people would use: 5,400 seconds are 90 minutes, and 0.02 days 28.8 minutes. Undefined where it is that
 * already, or no duration.
 */
export function readableDuration(
  unit: string,
  value: number,
): { readonly unit: Unit; readonly value: number } | undefined {
  if (!(unit in milliseconds) || value === 0 || !Number.isFinite(value)) return undefined
  const all = Math.abs(value) * milliseconds[unit as Unit]
  const isSmall = Math.abs(value) < 1
  if (!isSmall && !grows.includes(unit)) return undefined
  // Two of the greater unit at least, so that an hour and a half does not become a fraction.
  const fits = (each: Unit) => all >= milliseconds[each] * (isSmall ? 1 : 2)
  const better = units.findLast(fits) ?? 'millisecond'
  return better === unit ? undefined : { unit: better, value: (Math.sign(value) * all) / milliseconds[better] }
}
