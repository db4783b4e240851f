import { MillraceError } from '../errors.ts'

const seconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/** The seconds of `"60s"`, `"5m"`, `"2h"` or `"1d"`. Throws REPORT_INVALID. */
export function secondsOf(duration: string): number {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(duration) ?? []
  if (count === undefined || unit === undefined || Number(count) === 0)
    throw new MillraceError('REPORT_INVALID', `"${duration}" is not a duration such as "60s", "5m" or "2h"`)
  return Number(count) * seconds[unit as keyof typeof seconds]
}
