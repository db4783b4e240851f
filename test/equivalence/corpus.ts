import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { History } from './history.ts'
import type { World } from './world.ts'

/** Cases that were found once, each a world with its questions as JSON; the file's name says what it shows. */
const worlds = new URL('../corpus/', import.meta.url).pathname
const histories = join(worlds, 'histories')

export interface CorpusCase {
  readonly file: string
  readonly world: World
}

export const readCorpus = (): CorpusCase[] => read<World>(worlds).map(([file, world]) => ({ file, world }))

export const readHistories = (): [file: string, history: History][] => read<History>(histories)

/** Writes a failing case, so that it is replayed from now on, and says where. */
export const writeCorpus = (world: World): string => write(worlds, world)

export const writeHistory = (history: History): string => write(histories, history)

function read<Case>(folder: string): [file: string, found: Case][] {
  mkdirSync(folder, { recursive: true })
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => [file, JSON.parse(readFileSync(join(folder, file), 'utf8')) as Case])
}

function write(folder: string, found: World): string {
  const text = `${JSON.stringify(found, null, 1)}\n`
  const file = join(folder, `found-${createHash('sha256').update(text).digest('hex').slice(0, 8)}.json`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, text)
  return file
}
