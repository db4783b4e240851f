/*
 * When the builds of a group changed last, in one item. A batch at a time is marked in a group, and so of most builds it is enough to say
 * whether the last batch (`at`) or the one before (`before`) changed them:
 *
 *   2 bits of each build     3 both: it changed at `at`, and formerly at `before`; nothing more is said of it
 *                            2 the last one alone: it changed at `at`, and formerly at a place that is said
 *                            1 the one before alone: it changed at `before`, and formerly at a place that is said
 *                            0 neither: it changed at a place that is said; what was before that is not known any more
 *   a number of each other   0: it is gone. 1: it never changed. Else the place is `at - (number - 1)`
 *
 * Numbers have seven bits in a byte, the lowest first, the highest bit of each byte set but of the last. How many builds there are comes
 * first, so written.
 */

/** Places are positions as numbers. */
export interface Mark {
  readonly current: bigint
  /** Before that; the same as `current` where it is not known any more. */
  readonly former: bigint
}

export interface GroupMarks {
  /** The end of the last batch that changed any of them, and of the one before. */
  readonly at: bigint
  readonly before: bigint
  /** By their place in the group, as far as marks were made; undefined of what is gone. */
  readonly marks: readonly (Mark | undefined)[]
}

export const noMarks: GroupMarks = { at: 0n, before: 0n, marks: [] }

const never: Mark = { current: 0n, former: 0n }

/** With marks for more builds, which come after all that have or had one. */
export const withNew = (group: GroupMarks, places: readonly number[]): GroupMarks => {
  const marks = [...group.marks]
  const top = Math.max(...places)
  for (let place = marks.length; place <= top; place++) marks.push(places.includes(place) ? never : undefined)
  return { ...group, marks }
}

/** Without those of some builds, for ever. */
export const without = ({ marks, ...group }: GroupMarks, places: readonly number[]): GroupMarks => ({
  ...group,
  marks: marks.map((mark, place) => (places.includes(place) ? undefined : mark)),
})

/** With a batch that ends at `to`, which is `at` or after it, and changes some builds. Of those that are gone nothing is said. */
export function withChanged(group: GroupMarks, places: readonly number[], to: bigint): GroupMarks {
  const marks = [...group.marks]
  for (const place of places) {
    const mark = marks[place]
    if (mark !== undefined && mark.current !== to) marks[place] = { current: to, former: mark.current }
  }
  return to === group.at ? { ...group, marks } : { at: to, before: group.at, marks }
}

export function pack({ at, before, marks }: GroupMarks): Uint8Array {
  const numbers: number[] = []
  const kinds = new Uint8Array(Math.ceil(marks.length / 4))
  for (const [place, mark] of marks.entries()) {
    const kind = mark === undefined ? 0 : kindOf(mark, at, before)
    kinds[place >> 2] = (kinds[place >> 2] as number) | (kind << (2 * (place & 3)))
    if (kind === 3) continue
    const said = mark === undefined ? undefined : kind === 0 ? mark.current : mark.former
    writeNumber(numbers, said === undefined ? 0n : said === 0n ? 1n : at - said + 1n)
  }
  const count: number[] = []
  writeNumber(count, BigInt(marks.length))
  return Uint8Array.from([...count, ...kinds, ...numbers])
}

function kindOf({ current, former }: Mark, at: bigint, before: bigint): number {
  if (current === 0n || former === current) return 0
  if (current === at) return former === before ? 3 : 2
  return current === before ? 1 : 0
}

export function unpack(packed: Uint8Array, at: bigint, before: bigint): GroupMarks {
  const numbers = readNumbers(packed)
  const count = Number(numbers.next())
  const kinds = numbers.take(Math.ceil(count / 4))
  const marks = Array.from({ length: count }, (_, place): Mark | undefined => {
    const kind = ((kinds[place >> 2] as number) >> (2 * (place & 3))) & 3
    if (kind === 3) return { current: at, former: before }
    const number = numbers.next()
    if (number === 0n) return undefined
    const said = number === 1n ? 0n : at - number + 1n
    if (kind === 0) return { current: said, former: said }
    return { current: kind === 2 ? at : before, former: said }
  })
  return { at, before, marks }
}

function writeNumber(bytes: number[], number: bigint): void {
  let left = number
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80)
  bytes.push(Number(left))
}

function readNumbers(bytes: Uint8Array) {
  let at = 0
  return {
    next(): bigint {
      let number = 0n
      for (let shift = 0n; ; shift += 7n) {
        const byte = bytes[at++] as number
        number |= BigInt(byte & 0x7f) << shift
        if (byte < 0x80) return number
      }
    },
    take(count: number): Uint8Array {
      at += count
      return bytes.subarray(at - count, at)
    },
  }
}
