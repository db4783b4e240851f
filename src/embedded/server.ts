import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../errors.ts'
import type { Binaries } from './binaries.ts'
import type { Version } from './binaries-installed.ts'
import type { Connection } from './connection.ts'
import { environment } from './execute.ts'
import { freePort } from './port.ts'
import type { Account } from './unprivileged.ts'

/**
 * `fast` breaks off transactions and writes a checkpoint; `immediate` is a crash, recovered from at the next start;
 * `kill` is a crash as the kernel makes it when memory runs out (SIGKILL).
 */
export type StopMode = 'fast' | 'immediate' | 'kill'

/** Sent one after the other, each after the time for the one before, in milliseconds. */
const signals: Record<StopMode, readonly [signal: NodeJS.Signals, patience: number][]> = {
  fast: [
    ['SIGINT', 30_000],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 10_000],
  ],
  immediate: [
    ['SIGQUIT', 10_000],
    ['SIGKILL', 10_000],
  ],
  kill: [['SIGKILL', 10_000]],
}

/** One PostgreSQL server. Its port, once given, stays the same over restarts. */
export interface Server {
  readonly version: Version
  /** Where its `postgres` database is; the user is a superuser. */
  readonly connection: Connection
  readonly running: boolean
  /** The process id of the running server. */
  readonly pid: number | undefined
  readonly logFile: string
  readonly dataFolder: string
  /** Returns when it accepts connections. Does nothing where it runs already. */
  start(): Promise<void>
  /**
   * Returns when the process has ended; `fast` unless given. After 30 s, `fast` becomes `immediate`: a reader of changes
   * that does not read would hold it up for ever.
   */
  stop(mode?: StopMode): Promise<void>
  restart(mode?: StopMode): Promise<void>
}

interface EmbeddedServerOptions {
  readonly version: Version
  readonly binaries: Binaries
  readonly account: Account | undefined
  readonly user: string
  readonly password: string
  readonly dataFolder: string
  readonly logFile: string
  /** Told the process id as soon as there is one. */
  readonly started: (pid: number) => void
}

export class EmbeddedServer implements Server {
  readonly version: Version
  readonly dataFolder: string
  readonly logFile: string
  readonly #options: EmbeddedServerOptions
  #process: ChildProcess | undefined
  #starting: Promise<void> | undefined
  #port: number | undefined

  constructor(options: EmbeddedServerOptions) {
    this.#options = options
    this.version = options.version
    this.dataFolder = options.dataFolder
    this.logFile = options.logFile
  }

  get connection(): Connection {
    if (this.#port === undefined) throw failure('the server has not been started')
    const { user, password } = this.#options
    return { host: '127.0.0.1', port: this.#port, user, password, database: 'postgres' }
  }

  get running(): boolean {
    return this.pid !== undefined
  }

  get pid(): number | undefined {
    return this.#process?.exitCode === null && this.#process.signalCode === null ? this.#process.pid : undefined
  }

  start(): Promise<void> {
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined
    })
    return this.#starting
  }

  async stop(mode: StopMode = 'fast'): Promise<void> {
    const child = this.#process
    if (!child || !this.running) return
    const ended = once(child, 'exit').then(() => true)
    child.ref()
    for (const [signal, patience] of signals[mode]) {
      child.kill(signal)
      const waiting = new AbortController()
      const late = delay(patience, false, { signal: waiting.signal }).catch(() => false)
      const hasEnded = await Promise.race([ended, late])
      waiting.abort()
      if (hasEnded) return
    }
    throw failure(`the server (process ${child.pid}) does not end`)
  }

  async restart(mode: StopMode = 'fast'): Promise<void> {
    await this.stop(mode)
    await this.start()
  }

  async #start(): Promise<void> {
    if (this.running) return
    const deadline = Date.now() + 10_000
    for (;;) {
      const port = this.#port ?? (await freePort())
      const obstacle = await this.#startOn(port)
      if (!obstacle) {
        this.#port = port
        return
      }
      if (Date.now() > deadline) throw failure(`${obstacle}, for 10 s`)
      if (this.#port !== undefined) await delay(100)
    }
  }

  /** Returns when the server is ready, or with what stands in its way for now; throws for any other failure. */
  async #startOn(port: number): Promise<string | undefined> {
    const { binaries, account } = this.#options
    const log = openSync(this.logFile, 'a')
    const logStart = fstatSync(log).size
    // It has a session of its own, so that Ctrl+C in a terminal does not reach it: when it ends is for its owner to say.
    const child = spawn(join(binaries, 'bin', 'postgres'), ['-D', this.dataFolder, '-p', String(port)], {
      ...(account && { uid: account.uid, gid: account.gid }),
      cwd: '/',
      env: environment,
      detached: true,
      stdio: ['ignore', log, log],
    })
    if (child.pid !== undefined) this.#options.started(child.pid)
    closeSync(log)
    // Its owner does not live on for the server's sake.
    child.unref()
    child.on('error', () => {})
    this.#process = child

    const deadline = Date.now() + 60_000
    while (!(await this.#isReady(child))) {
      if (!this.running) {
        const said = (await readFile(this.logFile)).toString('utf8', logStart).trimEnd()
        const obstacle = passingObstacle(said, port)
        if (obstacle) return obstacle
        throw failure(`postgres ended as it started (${child.exitCode ?? child.signalCode}): ${lastLines(said)}`)
      }
      if (Date.now() > deadline) {
        await this.stop('immediate')
        throw failure(`postgres was not ready in 60 s: ${lastLines(await readFile(this.logFile, 'utf8'))}`)
      }
      await delay(5)
    }
    return undefined
  }

  /** Looks where `pg_ctl` does: line 8 of postmaster.pid; line 1 tells it from a file that a crash has left behind. */
  async #isReady(child: ChildProcess): Promise<boolean> {
    const text = await readFile(join(this.dataFolder, 'postmaster.pid'), 'utf8').catch(() => '')
    const lines = text.split('\n')
    return Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready'
  }
}

function passingObstacle(log: string, port: number): string | undefined {
  if (/could not bind .*: Address already in use/.test(log)) return `port ${port} is in use by another process`
  // After a SIGKILL of the server, processes of its sessions live on for a moment.
  if (/pre-existing shared memory block .* is still in use/.test(log))
    return 'processes of the crashed server still run'
  return undefined
}

function lastLines(log: string): string {
  return log.split('\n').slice(-12).join('\n')
}

function failure(detail: string): MillraceError {
  return new MillraceError('EMBEDDED_UNAVAILABLE', detail)
}
