import type { ColumnDescription } from '../../http/wire.ts'
import { isCldrUnit, numberFormat } from '../format-value.ts'

/** A value at a line of the axis, short, with the digits that tell it from the lines beside it. `step` is how far they are apart. */
export function axisValue({ currency, unit }: ColumnDescription, value: number, step: number, locale: string): string {
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  if (unit === 'percent')
    return numberFormat(locale, { style: 'percent', maximumFractionDigits: Math.max(0, digits - 2) }).format(value)
  // From a thousand on it is written in thousands, of which a step may be a tenth or less.
  const short: Intl.NumberFormatOptions = {
    notation: 'compact',
    minimumFractionDigits: 0,
    maximumFractionDigits: Math.max(2, digits),
  }
  if (currency !== undefined) return numberFormat(locale, { style: 'currency', currency, ...short }).format(value)
  if (unit !== undefined && isCldrUnit(unit))
    return numberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow', ...short }).format(value)
  return numberFormat(locale, short).format(value)
}
