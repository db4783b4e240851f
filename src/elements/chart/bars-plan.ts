import type { ColumnDescription, ReportAnswer } from '../../http/wire.ts'
import { type CellValue, formatValue } from '../format-value.ts'
import type { Language } from '../messages.ts'
import { dimensionsOf, figuresOf, timeColumnOf } from './choose-columns.ts'
import { cellValue, numberOf, type Row } from './column-value.ts'

export interface Bar {
  readonly label: string
  readonly value: CellValue
  readonly number: number | null
  /** In a comparison the value of the period before. */
  readonly earlier: CellValue
  readonly earlierNumber: number | null
  /** Of the column that the host names; undefined where it names none. */
  readonly share: CellValue
}

export interface BarsPlan {
  readonly column: ColumnDescription
  readonly share: ColumnDescription | undefined
  /** The names of the periods that are compared. */
  readonly periods: readonly string[]
  readonly bars: readonly Bar[]
  /** The ends of the axis; zero is one of them, or lies between. */
  readonly low: number
  readonly high: number
}

export interface BarsChoice {
  readonly measure: string | undefined
  readonly share: string | undefined
  /** `rank`: the greatest first; `report`: as the report has them. */
  readonly order: 'rank' | 'report'
  readonly language: Language
}

/** One bar for each row. What a report leaves out is left out: no rest is made up. Undefined where there is no figure. */
export function planBars(answer: ReportAnswer, { measure, share, order, language }: BarsChoice): BarsPlan | undefined {
  const { columns, rows, timeZone } = answer
  const figures = figuresOf(columns)
  const column = measure === undefined ? figures[0] : figures.find(({ name }) => name === measure)
  if (column === undefined) return undefined
  const shareColumn = columns.find(({ name }) => name === share)
  const time = timeColumnOf(columns)
  const keys = [...dimensionsOf(columns), ...(time === undefined ? [] : [time])]
  const [current, earlier] = column.periods ?? []
  const bars = rows.map((row): Bar => {
    const value = cellValue(row, column, current)
    const before = earlier === undefined ? undefined : cellValue(row, column, earlier)
    return {
      label: keys.map((key) => labelOf(row, key, columns, { language, timeZone })).join(' · '),
      value,
      number: numberOf(value),
      earlier: before,
      earlierNumber: numberOf(before),
      share: shareColumn === undefined ? undefined : cellValue(row, shareColumn, current),
    }
  })
  const reach = bars.flatMap((bar) => [bar.number ?? 0, bar.earlierNumber ?? 0])
  return {
    column,
    share: shareColumn,
    periods: column.periods ?? [],
    bars: order === 'rank' ? ranked(bars) : bars,
    low: reach.reduce((a, b) => Math.min(a, b), 0),
    high: reach.reduce((a, b) => Math.max(a, b), 0),
  }
}

/** The greatest first, and last what has no value; equal ones as they came. */
const ranked = (bars: readonly Bar[]): readonly Bar[] => [...bars].sort((a, b) => order(b.number, a.number))

const order = (a: number | null, b: number | null): number =>
  (a ?? Number.NEGATIVE_INFINITY) === (b ?? Number.NEGATIVE_INFINITY)
    ? 0
    : (a ?? Number.NEGATIVE_INFINITY) - (b ?? Number.NEGATIVE_INFINITY)

function labelOf(
  row: Row,
  column: ColumnDescription,
  columns: readonly ColumnDescription[],
  options: { readonly language: Language; readonly timeZone: string },
): string {
  const name = `${column.name}Label`
  const label = columns.some((each) => each.role === 'label' && each.name === name) ? row[name] : undefined
  if (typeof label === 'string') return label
  const value = cellValue(row, column, undefined)
  return value === null || value === undefined ? options.language.messages.noValue : formatValue(column, value, options)
}

/** From where to where a value reaches, in parts of the axis; from the right in a page that is read from there. */
export function extentOf(
  number: number,
  { low, high }: Pick<BarsPlan, 'low' | 'high'>,
  isRightToLeft: boolean,
): { readonly from: number; readonly length: number } {
  const span = high - low
  if (span === 0) return { from: 0, length: 0 }
  const [start, end] = [(Math.min(0, number) - low) / span, (Math.max(0, number) - low) / span]
  return { from: isRightToLeft ? 1 - end : start, length: end - start }
}
