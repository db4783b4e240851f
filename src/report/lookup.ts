import { MillraceError } from '../errors.ts'
import type { Column } from './column.ts'
import { type AnySource, type ColumnsOf, definition } from './source.ts'

/** Where a dimension's labels are read: the row of another source of the same tenant whose key is the dimension's value. */
export interface Lookup {
  readonly source: AnySource
  readonly key: Column
  readonly label: Column
}

export function lookup<S extends AnySource>(
  source: S,
  key: keyof ColumnsOf<S> & string,
  label: keyof ColumnsOf<S> & string,
): Lookup {
  const { columns, table } = source[definition]
  const column = (property: string): Column => {
    if (!Object.hasOwn(columns, property)) {
      throw new MillraceError('REPORT_INVALID', `lookup in "${table}": the source has no column "${property}"`)
    }
    return columns[property] as Column
  }
  return Object.freeze({ source, key: column(key), label: column(label) })
}
