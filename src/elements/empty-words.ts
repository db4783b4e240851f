import type { ReportAnswer } from '../http/wire.ts'
import { dateFormat } from './format-value.ts'
import type { Language } from './messages.ts'

/**
 * What is said in place of rows. Of a report of a period it is what the report counts, or the figure that is shown, and the period: by its days where the reader has
 * chosen them, since an answer without rows says nothing of others.
 */
export function emptyWords(
  { columns }: Pick<ReportAnswer, 'columns'>,
  params: Readonly<Record<string, unknown>> | null | undefined,
  { locale, messages }: Language,
  label = columns.find(({ role }) => role === 'measure')?.label,
): string {
  const days = Object.values(params ?? {})
    .filter(isDay)
    .sort()
  if (label === undefined) return messages.empty
  const [first, end] = days
  if (first !== undefined && end !== undefined && days.length === 2)
    return messages.emptyIn(
      label,
      dateFormat(locale, { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' }).formatRange(
        Date.parse(first),
        // The day after the last.
        Date.parse(end) - 86_400_000,
      ),
    )
  const isOfPeriod = columns.some(({ role, periods }) => role === 'time' || periods !== undefined)
  return isOfPeriod ? messages.emptyInPeriod(label) : messages.empty
}

const isDay = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)
