import type { AnswerColumn } from '../report/shape.ts'
import { de } from './messages/de.ts'
import { en } from './messages/en.ts'
import { es } from './messages/es.ts'
import { fr } from './messages/fr.ts'

type Grain = NonNullable<AnswerColumn['grain']>

/** The words that the elements show by themselves, in one language. Everything else comes from the reports. */
export interface Messages {
  readonly loading: (label: string) => string
  readonly empty: string
  /** In place of rows, of a report of a period: what it counts, and the period where the reader has chosen it. */
  readonly emptyInPeriod: (label: string) => string
  readonly emptyIn: (label: string, period: string) => string
  readonly failed: string
  readonly unreachable: string
  readonly offline: string
  readonly signedOut: string
  /** Said where figures are kept that could not be read anew. */
  readonly keptFigures: string
  readonly retry: string
  readonly asOf: (when: string) => string
  readonly stale: (when: string) => string
  /** Its answers are prepared for the store, and the replica answers meanwhile. */
  readonly building: (when: string) => string
  readonly notRefreshed: (when: string) => string
  readonly offlineAsOf: (when: string) => string
  readonly freshnessUnknown: string
  readonly engines: Readonly<Record<'replica' | 'store', string>>
  readonly noValue: string
  readonly noChange: string
  readonly noEarlier: string
  readonly from: (value: string) => string
  readonly better: string
  readonly worse: string
  /** A difference of percentages. */
  readonly points: (value: string) => string
  readonly periods: Readonly<Record<string, string>>
  /** Over the column of time, by how long each of its buckets is. */
  readonly grains: Readonly<Record<Grain, string>>
  readonly showAll: (rows: string) => string
  readonly showFewer: string
  readonly yes: string
  readonly no: string
  readonly weekOf: (day: string) => string
  readonly quarter: (quarter: string, year: string) => string
  readonly zone: (timeZone: string) => string
  readonly charts: ChartMessages
}

/** The words of charts, and of what is said of them to those who do not see them. */
export interface ChartMessages {
  readonly showTable: string
  readonly showChart: string
  /** What kind of thing it is: said to who does not see it. */
  readonly chart: string
  /** How a reader moves through it. */
  readonly hint: string
  /** Of a bucket that is still running. */
  readonly soFar: string
  readonly trend: (words: TrendWords) => string
  /** Of ranked values: the first and the last. */
  readonly ranking: (words: RankingWords) => string
  /** Where there are more than can be told apart. */
  readonly onlyGreatest: (shown: string, all: string) => string
  readonly share: (part: string) => string
}

/** Of one series: each value with when it was, `48 (22 Nov)`. */
export interface TrendWords {
  readonly label: string
  readonly first: string
  readonly last: string
  readonly highest: string
  readonly lowest: string
}

/** Each with its value: `Website (1,240)`. */
export interface RankingWords {
  readonly label: string
  readonly count: string
  readonly first: string
  readonly last: string
}

const known = new Map<string, Messages>(Object.entries({ en, de, fr, es }))

/** Adds a language, by its primary tag (`fr`), or replaces one. */
export function addMessages(language: string, messages: Messages): void {
  known.set(language, messages)
}

/** A language to write in: words and numbers are always of the same one. */
export interface Language {
  /** A BCP 47 tag, for `Intl`. */
  readonly locale: string
  readonly messages: Messages
}

/** The locale if its language is known, else English: words of one language among the dates of another read as a fault. */
export function languageOf(locale: string | undefined): Language {
  const messages = locale === undefined ? undefined : known.get(locale.split('-')[0]?.toLowerCase() ?? '')
  return messages === undefined || locale === undefined ? { locale: 'en', messages: en } : { locale, messages }
}
