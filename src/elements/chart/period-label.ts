import type { Language } from '../messages.ts'

export interface PeriodNames {
  readonly language: Language
  /** What the periods of a comparison are called, by their names. */
  readonly periods: Readonly<Record<string, string>> | undefined
}

/** What a period is called: by the page, by the language, or by its own name. */
export const periodLabel = (period: string, { language, periods }: PeriodNames): string =>
  periods?.[period] ?? language.messages.periods[period] ?? period
