import type { Column } from '../report/column.ts'
import type { Image } from '../rollup/image.ts'
import { numberText } from '../rollup/whole-number.ts'
import { dayText } from '../rollup/zone.ts'
import type { ColumnLoad } from './load.ts'
import type { Random } from './random.ts'
import { type Draw, zipfDraw } from './zipf.ts'

/** A row that is drawn: its values by the place of their columns, as an image has them. */
export type DrawnRow = (string | null)[]

const secondsPerDay = 86_400

/** What draws the rows of a table, of the columns that reports read. */
export class RowDrawing {
  readonly #columns: readonly DrawnColumn[]
  readonly #places: ReadonlyMap<string, number>
  #shown: DrawnRow = []

  constructor(columns: Readonly<Record<string, Column>>, loads: Readonly<Record<string, ColumnLoad>>) {
    // Two properties may read one column of the database: it is drawn once.
    const drawn = new Map<string, DrawnColumn>()
    for (const [property, load] of Object.entries(loads)) {
      const column = columns[property] as Column
      if (!drawn.has(column.column)) drawn.set(column.column, drawColumn(column, load))
    }
    this.#columns = [...drawn.values()]
    this.#places = new Map([...drawn.keys()].map((name, place) => [name, place]))
  }

  /** The image of the row that was shown last. */
  readonly image: Image = (column) => this.#shown[this.#places.get(column) as number] as string | null

  show(row: DrawnRow): void {
    this.#shown = row
  }

  /** The places of columns, by their names in the database; those that no report reads are left out. */
  placesOf(names: readonly string[]): number[] {
    return names.flatMap((name) => this.#places.get(name) ?? [])
  }

  /** A row that was made at a time, as it is at another; both in seconds since 1970. */
  draw(random: Random, madeAt: number, now: number): DrawnRow {
    return this.#columns.map((column) => column.draw(random, madeAt, now))
  }

  /** As it is before somebody changes these places of it: without the times that the change fills. */
  drawUnfilled(random: Random, madeAt: number, now: number, places: readonly number[]): DrawnRow {
    const row = this.draw(random, madeAt, now)
    for (const place of places) if (this.#columns[place]?.isFilled) row[place] = null
    return row
  }

  changed(random: Random, row: DrawnRow, madeAt: number, now: number, places: readonly number[]): DrawnRow {
    const changed = [...row]
    for (const place of places) {
      const column = this.#columns[place] as DrawnColumn
      changed[place] = column.isFilled ? column.textAt(now) : another(column, random, madeAt, now, row[place] ?? null)
    }
    return changed
  }
}

interface DrawnColumn {
  /** Whether it is a time that a row has none of at first. */
  readonly isFilled: boolean
  draw(random: Random, madeAt: number, now: number): string | null
  /** Of a time: its text. */
  textAt(second: number): string
}

const mostTries = 20

/** Of a column that has but one value it is the same again. */
function another(column: DrawnColumn, random: Random, madeAt: number, now: number, than: string | null): string | null {
  for (let tries = 0; tries < mostTries; tries++) {
    const value = column.draw(random, madeAt, now)
    if (value !== than) return value
  }
  return than
}

function drawColumn({ type, nullable }: Column, load: ColumnLoad): DrawnColumn {
  const { nulls, afterDays } = load
  if (type.kind === 'timestamp' || type.kind === 'date') {
    const textAt = type.kind === 'date' ? dayAt : (second: number) => `${Math.floor(second * 1_000_000)}`
    return {
      isFilled: nullable,
      textAt,
      draw(random, madeAt, now) {
        if (nulls > 0 && random.next() < nulls) return null
        const at = afterDays === 0 ? madeAt : madeAt + random.exponential(afterDays * secondsPerDay)
        // A time that is filled later is not filled yet where it would be in the future.
        return nullable && at > now ? null : textAt(at)
      },
    }
  }
  const which = zipfDraw(distinctOf(type, load), load.skew)
  const textOf = valueText(type, load)
  return { isFilled: false, textAt: String, draw: drawValue(which, textOf, nulls) }
}

function drawValue(which: Draw, textOf: (index: number) => string, nulls: number): DrawnColumn['draw'] {
  const known = new Map<number, string>()
  return (random) => {
    if (nulls > 0 && random.next() < nulls) return null
    const index = which(random)
    const found = known.get(index)
    if (found !== undefined) return found
    const text = textOf(index)
    known.set(index, text)
    return text
  }
}

const dayAt = (second: number): string => dayText(Math.floor(second / secondsPerDay)) ?? '9999-12-31'

/** More are not told apart: the table of their shares would take too much memory. */
const mostDistinct = 1_000_000

function distinctOf(type: Column['type'], { distinct }: ColumnLoad): number {
  if (type.kind === 'boolean') return Math.min(2, distinct)
  return Math.min(mostDistinct, type.kind === 'enum' ? Math.min(type.values.length, distinct) : distinct)
}

function valueText(type: Column['type'], { bytes }: ColumnLoad): (index: number) => string {
  switch (type.kind) {
    case 'enum':
      return (index) => type.values[index] as string
    case 'boolean':
      return (index) => (index === 0 ? 'false' : 'true')
    case 'decimal':
      return (index) => numberText(index + 1, type.scale)
    case 'uuid':
      return (index) => `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`
    case 'text':
      return (index) => `${index}`.padStart(bytes, 'v')
    default:
      return (index) => `${index + 1}`
  }
}
