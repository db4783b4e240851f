import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { World } from './world.ts'

/** Cases that were found once, each a world with its questions as JSON; the file's name says what it shows. */
const folder = new URL('../corpus/', import.meta.url).pathname

export interface CorpusCase {
  readonly file: string
  readonly world: World
}

export function readCorpus(): CorpusCase[] {
  mkdirSync(folder, { recursive: true })
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ file, world: JSON.parse(readFileSync(join(folder, file), 'utf8')) as World }))
}

/** Writes a failing case, so that it is replayed from now on, and says where. */
export function writeCorpus(world: World): string {
  const text = `${JSON.stringify(world, null, 1)}\n`
  const file = join(folder, `found-${createHash('sha256').update(text).digest('hex').slice(0, 8)}.json`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, text)
  return file
}
