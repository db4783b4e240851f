import { readdirSync, readFileSync } from 'node:fs'
import type { Server } from '../src/embedded/server.ts'

/** Linux counts in hundredths of a second for programs, whatever it counts in itself. */
const ticksPerSecond = 100

interface ProcessStat {
  readonly parent: number
  /** Seconds of user and system time, of all threads. */
  readonly seconds: number
  /** The same of children that have ended, and of theirs. */
  readonly ofEndedChildren: number
}

/** Reads a line of `/proc/<pid>/stat` (proc_pid_stat(5)). The second field is the program's name, which may hold anything. */
export function parseStat(text: string): ProcessStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const seconds = (at: number) => (Number(fields[at]) + Number(fields[at + 1])) / ticksPerSecond
  return { parent: Number(fields[1]), seconds: seconds(11), ofEndedChildren: seconds(13) }
}

/** Seconds of user and system time that processes have taken so far; one that has ended counts as nothing. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((total, pid) => total + (statOf(pid)?.seconds ?? 0), 0)
}

/** A process and its children, as a PostgreSQL server with all of its backends is. */
export function withChildren(pid: number): number[] {
  return [pid, ...processes().filter((other) => statOf(other)?.parent === pid)]
}

const processes = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)

/** The CPU time so far of a PostgreSQL server and of all its backends, those that have ended included. */
export function serverSeconds({ pid }: Server): number {
  if (pid === undefined) return 0
  return cpuSeconds(withChildren(pid)) + (statOf(pid)?.ofEndedChildren ?? 0)
}

/** The CPU time so far of a process, of all that it has started, and of what those have; that of processes that have ended included. */
export function treeSeconds(pid: number): number {
  const stats = new Map(processes().map((each) => [each, statOf(each)]))
  const children = new Map<number, number[]>()
  for (const [each, stat] of stats) {
    if (stat !== undefined) children.set(stat.parent, [...(children.get(stat.parent) ?? []), each])
  }
  const secondsOf = (each: number): number => {
    const { seconds = 0, ofEndedChildren = 0 } = stats.get(each) ?? {}
    return (children.get(each) ?? []).reduce((sum, child) => sum + secondsOf(child), seconds + ofEndedChildren)
  }
  return secondsOf(pid)
}

/** The time so far that a core has worked for whomever, interrupts included: the line `cpu<core>` of `/proc/stat` (proc_stat(5)). */
export function coreSeconds(core: number, text: string = readFileSync('/proc/stat', 'utf8')): number {
  const fields = new RegExp(`^cpu${core} (.*)$`, 'm').exec(text)?.[1]?.split(' ').map(Number) ?? []
  const [user = 0, nice = 0, system = 0, , , interrupt = 0, softInterrupt = 0] = fields
  return (user + nice + system + interrupt + softInterrupt) / ticksPerSecond
}

function statOf(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return undefined
  }
}
