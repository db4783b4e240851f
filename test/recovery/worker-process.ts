import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { FoldEvent } from '../../src/fold/fold-event.ts'
import { program } from '../programs/program.ts'
import { readEventLine } from './event-line.ts'
import type { WorkerInput } from './worker.ts'

const patience = 240_000

type EventOf<Type extends FoldEvent['type']> = Extract<FoldEvent, { type: Type }>

/** A worker in a process of its own. */
export class WorkerProcess implements AsyncDisposable {
  readonly events: FoldEvent[] = []
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  readonly #waiting = new Set<() => void>()
  #errors = ''

  constructor(input: WorkerInput) {
    // Not through a shell, which would stand between a signal and the process.
    this.#child = spawn(process.execPath, [program('test/recovery/worker.ts')], {
      env: { ...process.env, MILLRACE_WORKER: JSON.stringify(input) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const { stdout, stderr } = this.#child
    if (stdout === null || stderr === null) throw new Error('a worker has no output')
    createInterface({ input: stdout }).on('line', (line) => {
      this.events.push(readEventLine(line))
      this.#tell()
    })
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text
    })
    this.#ended = once(this.#child, 'exit').then(() => this.#tell())
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Null while it runs, and where a signal has ended it. */
  get exitCode(): number | null {
    return this.#child.exitCode
  }

  /** The most memory that it has had, in bytes. */
  get peakBytes(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024
  }

  /** The first event from number `from` on, told already or to come, for which something holds. */
  async until<Type extends FoldEvent['type']>(
    type: Type,
    holds: (event: EventOf<Type>) => boolean = () => true,
    from = 0,
  ): Promise<EventOf<Type>> {
    const deadline = performance.now() + patience
    for (;;) {
      const found = this.events.slice(from).find((event) => event.type === type && holds(event as EventOf<Type>))
      if (found !== undefined) return found as EventOf<Type>
      if (this.hasEnded) throw new Error(`the worker ended with ${this.#child.exitCode}: ${this.#errors}`)
      const wait = deadline - performance.now()
      if (wait <= 0) throw new Error(`waited for ${type} in vain; the last: ${JSON.stringify(this.tail())}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(wake, wait)
        const waiting = this.#waiting
        function wake() {
          clearTimeout(timer)
          waiting.delete(wake)
          resolve()
        }
        waiting.add(wake)
      })
    }
  }

  tail(): readonly string[] {
    return this.events.slice(-6).map((event) => `${event.type} ${'detail' in event ? event.detail : ''}`)
  }

  /** SIGKILL: what it was doing it never ends. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child.kill('SIGCONT')
  }

  /** As a deploy ends it; its exit code. */
  async end(): Promise<number | null> {
    this.#child.kill('SIGTERM')
    await this.#ended
    return this.#child.exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.hasEnded) return
    this.thaw()
    await this.kill()
  }

  #tell(): void {
    for (const wake of [...this.#waiting]) wake()
  }
}
