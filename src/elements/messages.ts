import type { AnswerColumn } from '../report/shape.ts'

type Grain = NonNullable<AnswerColumn['grain']>

/** The words that the elements show by themselves, in one language. Everything else comes from the reports. */
export interface Messages {
  readonly loading: (label: string) => string
  readonly empty: string
  readonly failed: string
  readonly unreachable: string
  readonly signedOut: string
  /** Said where figures are kept that could not be read anew. */
  readonly keptFigures: string
  readonly retry: string
  readonly asOf: (when: string) => string
  readonly stale: (when: string) => string
  /** Its answers are prepared for the store, and the replica answers meanwhile. */
  readonly building: (when: string) => string
  readonly notRefreshed: (when: string) => string
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
}

const en: Messages = {
  loading: (label) => `Loading ${label}`,
  empty: 'Nothing to show for this choice.',
  failed: 'This report could not be loaded.',
  unreachable: 'The reports cannot be reached at the moment.',
  signedOut: 'You are no longer signed in.',
  keptFigures: 'could not be refreshed; the figures shown are the last known',
  retry: 'Try again',
  asOf: (when) => `As of ${when}`,
  stale: (when) => `Behind: as of ${when}`,
  building: (when) => `As of ${when}, while its counters are being built`,
  notRefreshed: (when) => `Not refreshed: as of ${when}`,
  freshnessUnknown: 'Freshness not known yet',
  engines: { replica: 'read from the replica', store: 'read from the reporting store' },
  noValue: 'no value',
  noChange: 'No change',
  noEarlier: 'No earlier period to compare with',
  from: (value) => `from ${value}`,
  better: 'better',
  worse: 'worse',
  points: (value) => `${value} points`,
  periods: { current: 'Current', previous: 'Previous' },
  grains: { hour: 'Hour', day: 'Day', week: 'Week', month: 'Month', quarter: 'Quarter', year: 'Year' },
  showAll: (rows) => `Show all ${rows} rows`,
  showFewer: 'Show fewer rows',
  yes: 'Yes',
  no: 'No',
  weekOf: (day) => `Week of ${day}`,
  quarter: (quarter, year) => `Q${quarter} ${year}`,
  zone: (timeZone) => `Days are those of ${timeZone}.`,
}

const de: Messages = {
  loading: (label) => `${label} wird geladen`,
  empty: 'Nichts anzuzeigen für diese Auswahl.',
  failed: 'Dieser Bericht konnte nicht geladen werden.',
  unreachable: 'Die Berichte sind im Moment nicht erreichbar.',
  signedOut: 'Sie sind nicht mehr angemeldet.',
  keptFigures: 'konnte nicht aktualisiert werden; gezeigt wird der letzte bekannte Stand',
  retry: 'Erneut versuchen',
  asOf: (when) => `Stand: ${when}`,
  stale: (when) => `Im Rückstand, Stand: ${when}`,
  building: (when) => `Stand: ${when}; die Zähler werden noch aufgebaut`,
  notRefreshed: (when) => `Nicht aktualisiert, Stand: ${when}`,
  freshnessUnknown: 'Stand noch unbekannt',
  engines: { replica: 'aus der Replik gelesen', store: 'aus dem Berichtsspeicher gelesen' },
  noValue: 'kein Wert',
  noChange: 'Unverändert',
  noEarlier: 'Kein früherer Zeitraum zum Vergleich',
  from: (value) => `zuvor ${value}`,
  better: 'besser',
  worse: 'schlechter',
  points: (value) => `${value} Prozentpunkte`,
  periods: { current: 'Aktuell', previous: 'Zuvor' },
  grains: { hour: 'Stunde', day: 'Tag', week: 'Woche', month: 'Monat', quarter: 'Quartal', year: 'Jahr' },
  showAll: (rows) => `Alle ${rows} Zeilen zeigen`,
  showFewer: 'Weniger Zeilen zeigen',
  yes: 'Ja',
  no: 'Nein',
  weekOf: (day) => `Woche ab ${day}`,
  quarter: (quarter, year) => `${quarter}. Quartal ${year}`,
  zone: (timeZone) => `Tage nach der Zeitzone ${timeZone}.`,
}

const known = new Map<string, Messages>([
  ['en', en],
  ['de', de],
])

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
