import stringWidth from 'string-width'

export interface TableColumn {
  readonly header: string
  readonly align: 'left' | 'right'
}

/** Columns side by side, each as wide as its widest cell on a terminal; no cell may hold a line break. */
export function table(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ header }, at) =>
    rows.reduce((widest, row) => Math.max(widest, stringWidth(row[at] ?? '')), stringWidth(header)),
  )
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, at) => {
        const cell = cells[at] ?? ''
        const space = ' '.repeat((widths[at] ?? 0) - stringWidth(cell))
        return align === 'right' ? space + cell : cell + space
      })
      .join('  ')
      .trimEnd()
  const headers = columns.map(({ header }) => header)
  return [headers, widths.map((width) => '-'.repeat(width)), ...rows].map((cells) => `${line(cells)}\n`).join('')
}
