/** PostgreSQL counts from 2000-01-01, we from 1970-01-01. */
const daysBetweenEpochs = 10_957
const secondsBetweenEpochs = daysBetweenEpochs * 86_400
const microsecondsBetweenEpochs = BigInt(secondsBetweenEpochs) * 1_000_000n

const [greatest, least] = [0x7fffffff, -0x80000000]

/**
 * Whole microseconds since 1970, as text. Of a timestamp without zone: as if its local time were UTC's. `infinity` and
 * `-infinity` are no instants, and are written so.
 */
export function microsecondsText(bytes: Buffer, at: number): string {
  const high = bytes.readInt32BE(at)
  if (high > -0x100000 && high < 0x100000)
    return wholeText(high * 0x100000000 + bytes.readUInt32BE(at + 4) + secondsBetweenEpochs * 1_000_000)
  const value = bytes.readBigInt64BE(at)
  if (value === 0x7fffffffffffffffn) return 'infinity'
  if (value === -0x8000000000000000n) return '-infinity'
  return (value + microsecondsBetweenEpochs).toString()
}

/** From 2001 to 2286 a time has sixteen digits: V8 writes them in two halves, each of which is a small integer, twice as fast. */
function wholeText(value: number): string {
  if (value < 1e15 || value >= 1e16) return String(value)
  const high = Math.floor(value / 1e8)
  return String(high) + String(value - high * 1e8 + 1e8).slice(1)
}

/** Microseconds since 1970, of a time of the protocol itself. */
export const readMicroseconds = (bytes: Buffer, at: number): bigint =>
  bytes.readBigInt64BE(at) + microsecondsBetweenEpochs

/** A day as `YYYY-MM-DD`; ` BC` after it, as PostgreSQL has it, for one before the year 1. */
export function dayText(bytes: Buffer, at: number): string {
  const days = bytes.readInt32BE(at)
  if (days === greatest) return 'infinity'
  if (days === least) return '-infinity'
  // Civil from days: years begin in March, eras of 400 years are 146,097 days long.
  const sinceMarch0 = days + daysBetweenEpochs + 719_468
  const era = Math.floor(sinceMarch0 / 146_097)
  const dayOfEra = sinceMarch0 - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const written = `${String(year > 0 ? year : 1 - year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`
  return year > 0 ? written : `${written} BC`
}

const twoDigits = (number: number): string => (number < 10 ? `0${number}` : String(number))
