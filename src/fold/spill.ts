import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Addition, BaseAddition, BuildId } from '../store/report-store.ts'

const linesAtOnce = 2_000

/** Of an addition: its build, its key, what is added, when it expires. */
type Line = [tenant: string, report: string, number: number, sort: string, by: string[], expiresAt: number | null]

/** Two characters end a line for `readline`, and are written as they are by JSON. */
const line = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16)}`)

/**
 * Additions of a transaction that memory does not hold, on disk until its batch is in the store. Readable by this user alone, and
 * removed with the batch; what a killed process leaves is found by its name.
 */
export class Spill {
  readonly #path: string
  readonly #file: FileHandle
  bytes = 0

  private constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
  }

  static async create(folder: string = tmpdir()): Promise<Spill> {
    const path = join(folder, `millrace-spill-${process.pid}-${randomUUID()}`)
    return new Spill(path, await open(path, 'wx', 0o600))
  }

  async write(build: BuildId, counters: Iterable<BaseAddition>) {
    let lines: string[] = []
    for (const { sort, by, expiresAt = null } of counters) {
      lines.push(line([build.tenant, build.report, build.number, sort, by.map(String), expiresAt]))
      if (lines.length === linesAtOnce) lines = await this.#flush(lines)
    }
    await this.#flush(lines)
  }

  async #flush(lines: readonly string[]): Promise<string[]> {
    if (lines.length === 0) return []
    const bytes = Buffer.from(`${lines.join('\n')}\n`)
    await this.#file.appendFile(bytes)
    this.bytes += bytes.length
    return []
  }

  /** Everything that was written; may be read again. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Addition> {
    const lines = createInterface({ input: createReadStream(this.#path, { encoding: 'utf8' }), crlfDelay: 0 })
    for await (const line of lines) {
      const [tenant, report, number, sort, by, expiresAt] = JSON.parse(line) as Line
      yield { build: { tenant, report, number }, sort, by: by.map(BigInt), ...(expiresAt !== null && { expiresAt }) }
    }
  }

  async remove(): Promise<void> {
    await this.#file.close().catch(() => {})
    await unlink(this.#path).catch(() => {})
  }
}
