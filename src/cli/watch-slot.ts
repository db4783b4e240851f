import type { Slot } from '../replication/slot.ts'
import type { AnyFinding } from './finding-blocks.ts'
import { judgeSlot } from './judge-slot.ts'

export interface SlotWatchOptions {
  /** The slot that is continued from, and what it is called; undefined while there is none. Throws where it cannot be asked. */
  readonly look: () => Promise<{ readonly name: string; readonly slot: Slot | undefined } | undefined>
  /** Told once when the slot is lost or will be soon, and with nothing once it is well again (R10). */
  readonly tell: (finding: AnyFinding | undefined) => void
  readonly everyMilliseconds?: number
}

/** Looks at the slot every 30 s, for as long as a worker runs: a store that takes no batches loses it. */
export function watchSlot({ look, tell, everyMilliseconds = 30_000 }: SlotWatchOptions): {
  readonly close: () => void
} {
  let isTold = false
  let isLooking = false
  async function once(): Promise<void> {
    if (isLooking) return
    isLooking = true
    try {
      const found = await look()
      const [finding] = found === undefined ? [] : judgeSlot(found.name, found.slot).filter(isError)
      if ((finding !== undefined) !== isTold) tell(finding)
      isTold = finding !== undefined
    } catch {
      // Whoever follows the changes says that the primary is away.
    } finally {
      isLooking = false
    }
  }
  const timer = setInterval(() => void once(), everyMilliseconds)
  timer.unref()
  return { close: () => clearInterval(timer) }
}

const isError = ({ severity }: AnyFinding): boolean => severity === 'error'
