const secondsPer = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/** The seconds of `"60s"`, `"5m"`, `"2h"` or `"400d"`: a whole number above 0 and its unit. Throws a RangeError. */
export function parseDuration(text: string): number {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? []
  if (count === undefined || Number(count) === 0) {
    throw new RangeError('expected a duration such as "60s", "5m", "2h" or "400d"')
  }
  return Number(count) * secondsPer[unit as keyof typeof secondsPer]
}
