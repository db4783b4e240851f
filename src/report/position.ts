/** A place in the source's commit order: 16 lower-case hex digits, so that text order is commit order. */
export type Position = string

/** From PostgreSQL's text of a position in its log (`16/B374D848`), or from 16 hex digits. Undefined: it is neither. */
export function parsePosition(text: string): Position | undefined {
  const [, high, low] = /^([0-9a-f]{1,8})\/([0-9a-f]{1,8})$/i.exec(text) ?? []
  if (high !== undefined && low !== undefined) return `${high.padStart(8, '0')}${low.padStart(8, '0')}`.toLowerCase()
  return /^[0-9a-f]{16}$/i.test(text) ? text.toLowerCase() : undefined
}

/** As PostgreSQL reads it. */
export const lsnOf = (position: Position): string => `${position.slice(0, 8)}/${position.slice(8)}`
