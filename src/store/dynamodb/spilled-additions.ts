import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shardOf } from './item-keys.ts'
import type { Sum } from './summed-additions.ts'

const parts = 64
const linesAtOnce = 2_000

/** Additions on disk, parted so that all of one counter are in one part; removed with the batch. Readable by this user alone. */
export class SpilledAdditions {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async create(): Promise<SpilledAdditions> {
    return new SpilledAdditions(await mkdtemp(join(tmpdir(), 'millrace-additions-')))
  }

  async write(sums: Iterable<Sum>): Promise<void> {
    const lines = Array.from({ length: parts }, (): string[] => [])
    let waiting = 0
    for (const { build, sort, by, expiresAt = null } of sums) {
      lines[shardOf(`${build} ${sort}`, parts)]?.push(JSON.stringify([build, sort, by.map(String), expiresAt]))
      if (++waiting < linesAtOnce * parts) continue
      await this.#append(lines)
      waiting = 0
    }
    await this.#append(lines)
  }

  async *parts(): AsyncGenerator<Iterable<Sum>> {
    for (let part = 0; part < parts; part++) {
      const text = await readFile(this.#path(part), 'utf8').catch(() => '')
      yield sumsOf(text)
    }
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  #path(part: number): string {
    return join(this.#folder, String(part))
  }

  async #append(lines: string[][]): Promise<void> {
    for (const [part, waiting] of lines.entries()) {
      if (waiting.length === 0) continue
      const file = await open(this.#path(part), 'a', 0o600)
      try {
        await file.appendFile(`${waiting.splice(0).join('\n')}\n`)
      } finally {
        await file.close()
      }
    }
  }
}

function* sumsOf(text: string): Generator<Sum> {
  // JSON writes no line feed of a text as it is.
  for (let from = 0, to = text.indexOf('\n'); to !== -1; from = to + 1, to = text.indexOf('\n', from)) {
    const [build, sort, by, expiresAt] = JSON.parse(text.slice(from, to)) as [number, string, string[], number | null]
    yield { build, sort, by: by.map(BigInt), expiresAt: expiresAt ?? undefined }
  }
}
