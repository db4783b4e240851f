import type { ValueText } from './value-text.ts'

/** So many values are kept, of so many bytes at most. */
const [places, longest] = [4096, 32]
/** One in so many takes the place of another. */
const replacing = 8

/**
 * A reader that keeps the texts of short values and gives them again: ids of tenants, statuses and prices recur from row to row. It
 * spares the call of the engine that makes a text of bytes; and the same text again, unlike an equal one, is found in a map
 * without being hashed. Where a place is taken, only some of those that come take it over: values that never recur, such as names,
 * cost little then.
 */
export function recurringText(read: ValueText): ValueText {
  const texts = new Array<string>(places).fill('')
  const kept = new Uint8Array(places * longest)
  const lengths = new Uint8Array(places)
  let missed = 0
  return (bytes, at, length) => {
    if (length > longest || length === 0) return read(bytes, at, length)
    let hash = length
    for (let index = 0; index < length; index++) hash = (Math.imul(hash, 31) + (bytes[at + index] as number)) | 0
    const place = (hash ^ (hash >>> 12)) & (places - 1)
    const start = place * longest
    let same = lengths[place] === length ? 0 : -1
    while (same >= 0 && same < length) same = kept[start + same] === bytes[at + same] ? same + 1 : -1
    if (same === length) return texts[place] as string
    const text = read(bytes, at, length)
    if (lengths[place] !== 0 && missed++ % replacing !== 0) return text
    for (let index = 0; index < length; index++) kept[start + index] = bytes[at + index] as number
    lengths[place] = length
    texts[place] = text
    return text
  }
}
