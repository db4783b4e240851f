import type { ReportAnswer } from '../http/wire.ts'
import { dateFormat } from './format-value.ts'
import type { Language } from './messages.ts'

/** What a page says of how current its figures are. */
export interface FreshnessWords {
  readonly tone: 'fresh' | 'behind'
  readonly text: string
  /** The same in full: the instant, its zone, and where it was read. */
  readonly full: string
}

export interface Received {
  readonly answer: Pick<ReportAnswer, 'asOf' | 'lagSeconds' | 'stale' | 'timeZone' | 'engine' | 'building'>
  /** How long ago it arrived, by a clock that does not jump. */
  readonly secondsAgo: number
  /** Whether a later attempt to read it anew failed. */
  readonly failed: boolean
}

/**
 * The age is the lag that the server told, and the time since: never a difference between the server's clock and the
 * reader's own, which may be hours off.
 */
export function freshnessWords(
  { answer, secondsAgo, failed }: Received,
  { locale, messages }: Language,
): FreshnessWords {
  const { asOf, lagSeconds, stale, timeZone, engine, building = false } = answer
  if (asOf === null || lagSeconds === null)
    return { tone: 'behind', text: messages.freshnessUnknown, full: messages.engines[engine] }
  const when = ago(lagSeconds + secondsAgo, locale)
  const said = building ? messages.building : messages.asOf
  const say = failed ? messages.notRefreshed : stale ? messages.stale : said
  const instant = dateFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(new Date(asOf))
  return {
    tone: failed || stale ? 'behind' : 'fresh',
    text: say(when),
    full: `${instant} (${timeZone}), ${messages.engines[engine]}`,
  }
}

/** In steps wide enough that the words stand still while they are read. */
function ago(seconds: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  if (seconds < 5) return format.format(0, 'second')
  if (seconds < 57.5) return format.format(-Math.round(seconds / 5) * 5, 'second')
  if (seconds < 90 * 60) return format.format(-Math.round(seconds / 60), 'minute')
  if (seconds < 36 * 3600) return format.format(-Math.round(seconds / 3600), 'hour')
  return format.format(-Math.round(seconds / 86_400), 'day')
}
