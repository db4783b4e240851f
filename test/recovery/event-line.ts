import type { FoldEvent } from '../../src/fold/fold-event.ts'

/** Whole numbers of any size go through JSON as text with a mark. */
export const eventLine = (event: FoldEvent): string =>
  `${JSON.stringify(event, (_, value) => (typeof value === 'bigint' ? `bigint ${value}` : value))}\n`

export const readEventLine = (line: string): FoldEvent =>
  JSON.parse(line, (_, value) =>
    typeof value === 'string' && /^bigint -?\d+$/.test(value) ? BigInt(value.slice(7)) : value,
  )
