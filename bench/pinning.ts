import { execFile } from 'node:child_process'
import { availableParallelism, cpus } from 'node:os'
import { promisify } from 'node:util'
import { withChildren } from './process-cpu.ts'

const run = promisify(execFile)

/** Whether processes can be kept to a core of their own here. */
export async function canPin(): Promise<boolean> {
  if (availableParallelism() < 2) return false
  return run('taskset', ['--version']).then(
    () => true,
    () => false,
  )
}

/** Keeps a process with all its threads to one core, and the children that it will have. */
export const pin = (pid: number, core: number): Promise<void> => allow(pid, String(core))

/** Lets a process run on every core again. */
export const unpin = (pid: number): Promise<void> => allow(pid, `0-${cpus().length - 1}`)

async function allow(pid: number, cores: string): Promise<void> {
  await run('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)])
}

/** Keeps a PostgreSQL server to one core: the backends it has as well as those that will connect. */
export async function pinServer(pid: number, core: number): Promise<void> {
  await pin(pid, core)
  // One that has ended since it was listed needs no core.
  for (const child of withChildren(pid)) await pin(child, core).catch(() => {})
}
