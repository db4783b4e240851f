import { readdirSync, readFileSync } from 'node:fs'
import type { Server } from '../src/embedded/server.ts'

/** Linux counts in hundredths of a second for programs, whatever it counts in itself. */
const ticksPerSecond = 100

interface ProcessStat {
  readonly parent: number
  /** Seconds of user and system time, of all threads. */
  readonly seconds: number
}

/** Reads a line of `/proc/<pid>/stat` (proc_pid_stat(5)). The second field is the program's name, which may hold anything. */
export function parseStat(text: string): ProcessStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { parent: Number(fields[1]), seconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond }
}

/** Seconds of user and system time that processes have taken so far; one that has ended counts as nothing. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((total, pid) => total + (statOf(pid)?.seconds ?? 0), 0)
}

/** A process and its children, as a PostgreSQL server with all of its backends is. */
export function withChildren(pid: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return [pid, ...all.map(Number).filter((other) => statOf(other)?.parent === pid)]
}

/** The CPU time so far of a PostgreSQL server and of all the backends that it has now. */
export const serverSeconds = ({ pid }: Server): number => (pid === undefined ? 0 : cpuSeconds(withChildren(pid)))

function statOf(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return undefined
  }
}
