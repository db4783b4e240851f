import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { program } from '../programs/program.ts'

const app = resolve(import.meta.dirname, 'app')

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Where it runs; the app of the tests unless told. */
  readonly folder?: string
}

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The real command line in a process of its own, which no terminal stands behind. */
export class CommandProcess {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  stdout = ''
  stderr = ''

  constructor(args: readonly string[], { env = {}, folder = app }: CommandOptions) {
    // Not through a shell or `npx`, which would stand between a signal and the process.
    this.child = spawn(process.execPath, [program('src/cli/millrace.ts'), ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    this.ended = once(this.child, 'close').then(([exitCode]) => ({
      exitCode: exitCode as number | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }))
  }

  /** Waits for what it writes to a stream. Throws where it ends before, or not within 90 s. */
  async says(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray> {
    const late = AbortSignal.timeout(90_000)
    for (;;) {
      const found = pattern.exec(this[stream])
      if (found !== null) return found
      if (this.child.exitCode !== null || late.aborted)
        throw new Error(`it did not say ${pattern}:\n${this.stderr}\n${this.stdout}`)
      await Promise.race([once(this.child[stream] as Readable, 'data'), this.ended, once(late, 'abort')])
    }
  }
}

export const runCommand = (args: readonly string[], options: CommandOptions = {}): Promise<Ended> =>
  new CommandProcess(args, options).ended
