import type { ReportAnswer } from '../http/wire.ts'
import { dateFormat } from './format-value.ts'
import type { Language, Messages } from './messages.ts'
import type { Failure } from './reading.ts'

/** How current figures are: `behind` is past what the report allows, `kept` what could not be read anew, `unknown` what nobody can tell yet. */
export type Freshness = 'fresh' | 'building' | 'behind' | 'kept' | 'offline' | 'unknown'

/** What a page says of how current its figures are. */
export interface FreshnessWords {
  readonly freshness: Freshness
  readonly text: string
  /** The same in full: the instant, its zone, and where it was read. */
  readonly full: string
}

export interface Received {
  readonly answer: Pick<ReportAnswer, 'asOf' | 'lagSeconds' | 'stale' | 'timeZone' | 'engine' | 'building'>
  /** How long ago it arrived, by a clock that does not jump. */
  readonly secondsAgo: number
  /** Why a later attempt to read it anew failed. */
  readonly failure: Failure | undefined
}

/**
 * The age is the lag that the server told, and the time since: never a difference between the server's clock and the
 * reader's own, which may be hours off.
 */
export function freshnessWords(
  { answer, secondsAgo, failure }: Received,
  { locale, messages }: Language,
): FreshnessWords {
  const { asOf, lagSeconds, timeZone, engine } = answer
  const freshness = freshnessOf(answer, failure)
  if (asOf === null || lagSeconds === null)
    return { freshness, text: messages.freshnessUnknown, full: messages.engines[engine] }
  const instant = dateFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(new Date(asOf))
  return {
    freshness,
    text: messages[words[freshness]](ago(lagSeconds + secondsAgo, locale)),
    full: `${instant} (${timeZone}), ${messages.engines[engine]}`,
  }
}

const words = {
  fresh: 'asOf',
  building: 'building',
  behind: 'stale',
  kept: 'notRefreshed',
  offline: 'offlineAsOf',
  unknown: 'asOf',
} as const satisfies Record<Freshness, keyof Messages>

function freshnessOf(
  { asOf, lagSeconds, stale, building }: Received['answer'],
  failure: Failure | undefined,
): Freshness {
  if (asOf === null || lagSeconds === null) return 'unknown'
  if (failure !== undefined) return failure.code === 'OFFLINE' ? 'offline' : 'kept'
  if (stale) return 'behind'
  return building === true ? 'building' : 'fresh'
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
