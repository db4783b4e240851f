import { createHash } from 'node:crypto'

/**
 * PostgreSQL's index entries hold about 2,700 bytes, and a key has no limit: of a key longer than this many characters the head is
 * indexed, with a hash of its tail. Heads are of whole characters and all equally long, so that their order is that of the keys,
 * but for keys of the same head.
 */
const headLength = 512

export interface SplitKey {
  readonly head: string
  /** Empty where the key is short. */
  readonly tail: string
}

export function splitKey(sort: string): SplitKey {
  // Units of UTF-16 are never fewer than characters.
  if (sort.length <= headLength) return { head: sort, tail: '' }
  let units = 0
  for (let characters = 0; characters < headLength && units < sort.length; characters++)
    units += (sort.codePointAt(units) as number) > 0xffff ? 2 : 1
  return { head: sort.slice(0, units), tail: sort.slice(units) }
}

export const tailHash = (tail: string): string =>
  tail === '' ? '' : createHash('sha256').update(tail).digest('base64')
