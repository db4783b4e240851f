import { type ChildProcess, spawn } from 'node:child_process'
import { environment } from './execute.ts'

/** The start of the name of every folder that a watchdog may remove. */
export const folderPrefix = 'millrace-postgres-'

/**
 * Reads the process ids of PostgreSQL's programs, one a line, until the pipe closes, which it does however the process at
 * its other end has ended. Then stops those that still run and name the folder on their command line (a number alone may
 * have passed to another process since), and removes the folder. Both are tried again until the folder is gone.
 *
 * It ignores the signals that a machine sends to every process as it shuts down (or as systemd ends a unit), for it has
 * work left then. SIGQUIT is PostgreSQL's immediate shutdown. SIGKILL is the last resort: it leaves shared memory behind.
 */
const script = `
folder=$1
case $folder in */${folderPrefix}*) ;; *) exit 2 ;; esac
trap '' HUP INT TERM
pids=
while read -r pid; do pids="$pids $pid"; done
command_line() {
  if [ -r "/proc/$1/cmdline" ]; then tr '\\0' ' ' < "/proc/$1/cmdline"
  elif [ ! -d /proc/self ]; then ps -o args= -p "$1"; fi 2>/dev/null
}
round=0
while [ -d "$folder" ] && [ $round -lt 500 ]; do
  signal=QUIT; [ $round -ge 250 ] && signal=KILL
  running=
  for pid in $pids; do
    case $(command_line "$pid") in *"$folder/"*) running=yes; kill -s $signal "$pid" 2>/dev/null ;; esac
  done
  [ -z "$running" ] && rm -rf -- "$folder" 2>/dev/null && continue
  round=$((round + 1))
  sleep 0.02
done
`

/**
 * Starts the process that outlives this one by a moment, to end what is left in the folder. A shell and not Node.js, since it
 * only waits: 2 MB and not 40. It has a session of its own, so that Ctrl+C in a terminal does not reach it.
 */
export function startWatchdog(folder: string): ChildProcess {
  const watchdog = spawn('/bin/sh', ['-c', script, 'watchdog', folder], {
    cwd: '/',
    env: environment,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  watchdog.unref()
  return watchdog
}
