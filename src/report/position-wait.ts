import { MillraceError } from '../errors.ts'
import type { Position } from './position.ts'

/** Milliseconds for which an answer waits that must hold a position. */
export const positionWaitMilliseconds = 2_000

export interface PositionWait {
  /** Milliseconds. 2,000. */
  readonly within?: number
  readonly signal: AbortSignal
}

/**
 * Looks until a position is reached, and ends then. Throws POSITION_NOT_REACHED when it takes too long, and at once where nobody
 * can tell (null).
 */
export async function reachPosition(
  wanted: Position,
  look: () => Promise<Position | null>,
  { within = positionWaitMilliseconds, signal }: PositionWait,
): Promise<void> {
  const until = performance.now() + within
  for (let pause = 10; ; pause = Math.min(100, pause * 2)) {
    signal.throwIfAborted()
    const found = await look()
    if (found === null)
      throw new MillraceError('POSITION_NOT_REACHED', 'nobody can tell which position the target is at', {
        retryAfter: 60,
      })
    if (found >= wanted) return
    const left = until - performance.now()
    if (left <= 0)
      throw new MillraceError('POSITION_NOT_REACHED', 'what answers is behind the position that was asked for', {
        retryAfter: 1,
      })
    await paused(Math.min(pause, left), signal)
  }
}

/** Ends early where the signal is aborted. */
function paused(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end)
  })
}
