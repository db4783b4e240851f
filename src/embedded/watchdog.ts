import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { environment } from './execute.ts'

/** The start of the name of every folder that a watchdog may remove. */
export const folderPrefix = 'millrace-postgres-'

/**
 * Reads the process ids of PostgreSQL's programs, one a line, until the pipe closes, which it does however the owner of
 * the pipe ends. Then stops those that still run and name the folder on their command line (a number alone may have
 * been given to another process since), and removes the folder.
 *
 * SIGQUIT is PostgreSQL's immediate shutdown; it also frees the shared memory, which SIGKILL does not.
 */
const script = `
folder=$1
trap '' HUP INT TERM
pids=
while read -r pid; do pids="$pids $pid"; done
case $folder in */${folderPrefix}*) ;; *) exit 2 ;; esac
command_line() {
  if [ -d /proc/self ]; then [ -r "/proc/$1/cmdline" ] && tr '\\0' ' ' < "/proc/$1/cmdline"
  else ps -o args= -p "$1"; fi 2>/dev/null
}
round=0
while [ -d "$folder" ] && [ $round -lt 200 ]; do
  signal=QUIT; [ $round -ge 100 ] && signal=KILL
  alive=
  for pid in $pids; do
    case $(command_line "$pid") in *"$folder/"*) alive=yes; kill -s $signal "$pid" 2>/dev/null ;; esac
  done
  [ -z "$alive" ] && rm -rf -- "$folder" 2>/dev/null && continue
  round=$((round + 1))
  sleep 0.02
done
`

/**
 * A process of its own that outlives this one by a moment: it stops the servers of one folder and removes the folder as
 * soon as this process ends, be it by `kill -9`.
 */
export class Watchdog {
  readonly #folder: string
  readonly #process: ChildProcess
  readonly #ended: Promise<unknown>

  /** `folder` holds the data folders of all servers; its name starts with `folderPrefix`. */
  constructor(folder: string) {
    this.#folder = folder
    this.#process = spawn('/bin/sh', ['-c', script, 'watchdog', folder], {
      cwd: '/',
      env: environment,
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    this.#ended = once(this.#process, 'exit')
    this.#ended.catch(() => {})
    this.#process.unref()
    const pipe = this.#process.stdin as Socket
    pipe.on('error', () => {})
    pipe.unref()
  }

  /** Tells of a program that was started and names the folder on its command line. */
  watch = (pid: number): void => {
    this.#process.stdin?.write(`${pid}\n`)
  }

  /** Ends what still runs, removes the folder, and returns when both are done. */
  async finish(): Promise<void> {
    this.#process.ref()
    this.#process.stdin?.end()
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.#ended.catch(() => {})
    await rm(this.#folder, { recursive: true, force: true })
  }
}
