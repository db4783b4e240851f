import { cpus } from 'node:os'
import { coreSeconds, treeSeconds } from './process-cpu.ts'

/** How much of this machine others may have before a figure that misses its floor says nothing. */
const mostOthers = 0.05

/** What other programs had of this machine while something was measured. */
export interface MachineLoad {
  /** Of all cores, between 0 and 1. */
  readonly others: number
  readonly isQuiet: boolean
}

/** Begins to watch; the function says what others have had since. Of this process, and all that it has started, nothing counts. */
export function watchMachine(): () => MachineLoad {
  const cores = cpus().map((_, core) => core)
  const look = () => ({
    at: performance.now(),
    busy: cores.reduce((sum, core) => sum + coreSeconds(core), 0),
    own: treeSeconds(process.pid),
  })
  const before = look()
  return () => {
    const after = look()
    const seconds = (after.at - before.at) / 1000
    const others = Math.max(0, after.busy - before.busy - (after.own - before.own)) / (seconds * cores.length)
    return { others, isQuiet: others <= mostOthers }
  }
}
