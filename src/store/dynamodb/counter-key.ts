import type { SortRange } from '../report-store.ts'
import { hashOf } from './item-keys.ts'

/*
 * The sort key of a counter's item is `k` and the counter's own, whose order by bytes it keeps. Since a sort key holds 1,024 bytes at
 * most, that of a long one is its head and a hash, and the item holds the whole. Heads are of equally many characters, so that their
 * order is that of the keys, but for keys of the same head. U+0000, which no key holds, ends what is the counter's.
 */
const headCharacters = 230
const end = '\u0000'
const maximumBytes = 1_024
const highest = '\u{10ffff}'

/** The head of a long key; undefined where it is short. */
function headOf(sort: string): string | undefined {
  // Units of UTF-16 are never fewer than characters.
  if (sort.length <= headCharacters) return undefined
  let units = 0
  let characters = 0
  for (; characters < headCharacters && units < sort.length; characters++)
    units += (sort.codePointAt(units) as number) > 0xffff ? 2 : 1
  return units < sort.length ? sort.slice(0, units) : undefined
}

export const isLong = (sort: string): boolean => headOf(sort) !== undefined

/** Of the part of a counter that holds its values from `64 * part` on. */
export function counterSortKey(sort: string, part: number): string {
  const head = headOf(sort)
  const own = head === undefined ? `k${sort}` : `k${head}${end}${hashOf(sort)}`
  return part === 0 ? own : `${own}${end}p${part}`
}

/** The counter's own key, and which part of it the item is. `whole` is what the item of a long key holds. */
export function counterOf(sk: string, whole: string | undefined): { readonly sort: string; readonly part: number } {
  const [own = '', ...rest] = sk.slice(1).split(end)
  const last = rest.at(-1)
  const part = last?.startsWith('p') && rest.length === (whole === undefined ? 1 : 2) ? Number(last.slice(1)) : 0
  return { sort: whole ?? own, part }
}

/** What bounds a query, both included, for all counters of a range; it may find others of the same head. Undefined where there are none. */
export function queryBounds({ from, to }: SortRange): { readonly from: string; readonly to: string } | undefined {
  const last = headOf(to)
  const first = `k${headOf(from) ?? from}`
  const bound = last === undefined ? `k${to}` : filled(`k${last}`)
  return Buffer.compare(Buffer.from(first), Buffer.from(bound)) > 0 ? undefined : { from: first, to: bound }
}

/** Above every key that begins with the same. */
function filled(head: string): string {
  const room = maximumBytes - Buffer.byteLength(head)
  return head + highest.repeat(Math.floor(room / 4))
}
