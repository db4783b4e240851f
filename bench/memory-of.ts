import { readFileSync, writeFileSync } from 'node:fs'

/** Megabytes (10^6 bytes) of memory that a process has at this moment, and the most that it had since it began or was asked to forget. */
export interface ResidentMemory {
  readonly now: number
  readonly most: number
}

/** `VmRSS` and `VmHWM` of `/proc/<pid>/status` (proc_pid_status(5)), which are in units of 1,024 bytes. */
export function parseStatus(text: string): ResidentMemory {
  const megabytes = (name: string) => (Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(text)?.[1]) * 1024) / 1e6
  return { now: megabytes('VmRSS'), most: megabytes('VmHWM') }
}

export const residentMemory = (pid: number): ResidentMemory => parseStatus(readFileSync(`/proc/${pid}/status`, 'utf8'))

/** The most is counted from now on (proc_pid_clear_refs(5)). */
export const forgetMost = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5')
