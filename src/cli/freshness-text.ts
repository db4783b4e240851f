import type { Freshness } from '../report/engine.ts'

/** How current an answer is, in words: `as of 2026-11-01 09:30:00.123 UTC (0.2 s behind)`. */
export function freshnessText({ asOf, lagSeconds }: Freshness): string {
  if (asOf === null) return 'how current it is cannot be told yet'
  const [day, time = ''] = asOf.replace('Z', '').split('T')
  const [clock, fraction = ''] = time.split('.')
  const at = `as of ${day} ${clock}.${fraction.slice(0, 3).padEnd(3, '0')} UTC`
  return lagSeconds === null ? at : `${at} (${durationText(lagSeconds)} behind)`
}

/** With the two greatest units that matter: `0.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function durationText(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  return hours === 0 ? `${minutes} min ${whole % 60} s` : `${hours} h ${minutes} min`
}

/** A time that something took, in milliseconds: `3.1 ms`, `1.25 s`. */
export function tookText(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds / 1000).toFixed(2)} s`
}
