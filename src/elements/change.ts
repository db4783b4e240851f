import type { ColumnDescription } from '../http/wire.ts'
import type { CellValue } from './format-value.ts'

export type Tone = 'good' | 'bad' | 'neutral'

/** How a value moved against an earlier one. */
export interface Change {
  readonly direction: 'up' | 'down' | 'same'
  /** A fraction: 0.25 is 25 % more; of a percentage, the difference: 0.02 is two points. */
  readonly by: number
  readonly kind: 'relative' | 'points'
  /** Good or bad news, by what the report calls better. */
  readonly tone: Tone
}

/** Undefined where there is nothing to compare with. Only shown, never counted on: the figures themselves stay exact. */
export function changeOf(column: ColumnDescription, current: CellValue, previous: CellValue): Change | undefined {
  if (!isFigure(current) || !isFigure(previous)) return undefined
  const [now, before] = [Number(current), Number(previous)]
  const kind = column.unit === 'percent' ? 'points' : 'relative'
  if (kind === 'relative' && before === 0) return undefined
  const by = kind === 'points' ? now - before : (now - before) / Math.abs(before)
  return { direction: by > 0 ? 'up' : by < 0 ? 'down' : 'same', by, kind, tone: toneOf(column, by) }
}

/** What a movement means: more is good news, bad news, or neither, as the column says. */
export function toneOf({ better }: Pick<ColumnDescription, 'better'>, by: number): Tone {
  if (better === undefined || by === 0 || Number.isNaN(by)) return 'neutral'
  return by > 0 === (better === 'higher') ? 'good' : 'bad'
}

const isFigure = (value: CellValue): value is string | number => typeof value === 'string' || typeof value === 'number'
