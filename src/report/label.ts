/** Text for people: one for every language, or one per language (BCP 47 tags). */
export type Label = string | { readonly [language: string]: string }

/** What a column, measure or derived value tells the people who read it. */
export interface Description {
  readonly label?: Label
  readonly description?: Label
  /**
   * A unit as CLDR names it (`hour`, `kilometer`), or any short text. `percent`: the value is a fraction, and a page
   * shows `0.25` as 25 %; growth and shares are that unless told.
   */
  readonly unit?: string
  /** ISO 4217. Sums never mix currencies: a column holds one. */
  readonly currency?: string
  /** Which direction is good news, so that a page may colour a change. */
  readonly better?: 'higher' | 'lower'
}

/** The text in the first of the languages that it has; else in English; else in whatever language it has. */
export function textOf(label: Label | undefined, languages: readonly string[] = []): string | undefined {
  if (label === undefined || typeof label === 'string') return label
  for (const language of languages) {
    const exact = label[language] ?? label[language.split('-')[0] as string]
    if (exact !== undefined) return exact
  }
  return label.en ?? Object.values(label)[0]
}
