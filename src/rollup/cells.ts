import { Cell } from './cell.ts'
import { columnKey, type FoldColumn } from './fold-column.ts'
import type { Image } from './image.ts'

export type CellOf = (column: FoldColumn) => Cell

/** The columns that a plan reads of a row, each asked for once. */
export class Cells {
  readonly #cells = new Map<string, Cell>()
  #all: readonly Cell[] = []

  readonly of: CellOf = (column) => {
    const key = columnKey(column)
    const known = this.#cells.get(key)
    if (known !== undefined) return known
    const cell = new Cell(column)
    this.#cells.set(key, cell)
    this.#all = [...this.#all, cell]
    return cell
  }

  /** The cells from the first one that was asked for after so many, as they are now. */
  from(count: number): readonly Cell[] {
    return this.#all.slice(count)
  }

  get count(): number {
    return this.#all.length
  }
}

export function load(cells: readonly Cell[], image: Image): void {
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at] as Cell
    cell.set(image(cell.column.column))
  }
}
