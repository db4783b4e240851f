import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

/** What findings take on three servers at most, with their indexes and the primary's log. */
const [bytesEach, bytesBeside] = [1_000, 3e9]

/** What keeps so many findings from being loaded, in words; undefined where nothing does. */
export function lackFor(findings: number): string | undefined {
  if (!Number.isSafeInteger(findings) || findings < 1_000) return '--findings takes a whole number, 1000 at least.'
  const { bavail, bsize } = statfsSync(tmpdir())
  const [needed, free] = [findings * bytesEach + bytesBeside, bavail * bsize]
  if (free >= needed) return undefined
  const size = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`
  return `The databases need about ${size(needed)} in ${tmpdir()}, where ${size(free)} are free. Set TMPDIR to a folder with more room.`
}
