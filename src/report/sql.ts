import { MillraceError } from '../errors.ts'
import { type AnySource, definition } from './source.ts'

/** A parameter of a raw report: a place for its value, never the value. */
export interface Placeholder {
  readonly node: 'placeholder'
  readonly name: string
}

/** The text of a raw report between its holes, and what stands in them. */
export interface Sql {
  readonly node: 'sql'
  readonly text: readonly string[]
  readonly holes: readonly (AnySource | Placeholder)[]
}

export type SqlHole = AnySource | Placeholder | Sql

/**
 * A piece of SQL. A hole takes a source (which expands to its rows of the asking tenant), a parameter of the report, or
 * another piece. It takes no value: what a reader gives travels beside the statement, never in it.
 */
export function sql(text: TemplateStringsArray, ...holes: readonly SqlHole[]): Sql {
  if (!Array.isArray(text?.raw)) {
    throw new MillraceError('REPORT_INVALID', 'sql is a template tag; its text stands between backticks')
  }
  refuseLostBackslash(text)
  const texts: string[] = [text[0] as string]
  const flat: (AnySource | Placeholder)[] = []
  holes.forEach((hole, index) => {
    const after = text[index + 1] as string
    if (isSql(hole)) {
      texts[texts.length - 1] += hole.text[0] as string
      flat.push(...hole.holes)
      texts.push(...hole.text.slice(1))
      texts[texts.length - 1] += after
    } else if (isSource(hole) || isPlaceholder(hole)) {
      flat.push(hole)
      texts.push(after)
    } else {
      throw new MillraceError(
        'REPORT_INVALID',
        `sql: hole ${index + 1} holds neither a source, a parameter nor sql; give the report a parameter for it`,
      )
    }
  })
  return Object.freeze({ node: 'sql', text: texts, holes: flat })
}

/** JavaScript drops the backslash of an escape that it does not know: `\d` and `\%` would reach the database without. */
function refuseLostBackslash({ raw }: TemplateStringsArray): void {
  if (raw.every((part) => /^(?:[^\\]|\\[\\`$'"nrtbfv\n])*$/.test(part))) return
  throw new MillraceError('REPORT_INVALID', 'sql: JavaScript drops a single backslash; write it twice')
}

export const isSource = (hole: unknown): hole is AnySource =>
  typeof hole === 'object' && hole !== null && definition in hole
export const isPlaceholder = (hole: unknown): hole is Placeholder => nodeOf(hole) === 'placeholder'
export const isSql = (hole: unknown): hole is Sql => nodeOf(hole) === 'sql'

function nodeOf(hole: unknown): unknown {
  return typeof hole === 'object' && hole !== null ? (hole as { node?: unknown }).node : undefined
}
