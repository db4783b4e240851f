import type { Change } from './change.ts'
import { numberFormat } from './format-value.ts'
import type { Language, Messages } from './messages.ts'

/** How much something moved: `+12.0%`, or of percentages the points between them. */
export function changeText({ by, kind }: Pick<Change, 'by' | 'kind'>, { locale, messages }: Language): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: 'exceptZero' } as const
  if (kind === 'relative') return numberFormat(locale, { style: 'percent', ...digits }).format(by)
  return messages.points(numberFormat(locale, digits).format(by * 100))
}

/** What colour alone would say of a movement; undefined where it is neither better nor worse. */
export const judgementOf = (tone: Change['tone'] | undefined, { better, worse }: Messages): string | undefined =>
  tone === 'good' ? better : tone === 'bad' ? worse : undefined
