import { hash } from 'node:crypto'

/** A weak entity tag (RFC 9110, section 8.8.3) of what a reader would notice a change of. */
export function entityTag(content: string): string {
  return `W/"${hash('sha256', content, 'base64').slice(0, 27)}"`
}

/** Whether `If-None-Match` names the tag. It compares weakly, and a proxy that compresses makes a tag weak by itself. */
export function isMatched(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  const named: readonly string[] = ifNoneMatch.match(/"[^"]*"/g) ?? []
  return named.includes(tag.slice(2))
}
