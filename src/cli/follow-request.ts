import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../errors.ts'
import type { NewRequest, ReportStore, Request } from '../store/report-store.ts'
import { stream } from './fold-status.ts'

export interface Following {
  readonly signal: AbortSignal
  /** Told of each change of what the worker says. */
  readonly onChange: (request: Request) => void
  /** Told once where no worker has taken it for some seconds. */
  readonly onUntaken: () => void
}

const [lookMilliseconds, untakenMilliseconds] = [200, 5_000]

/**
 * Leaves a request for the worker, and returns once it is answered. Where it is not waited for any longer it stays, and is done all
 * the same. Throws STORE_UNAVAILABLE, and the reason of the signal.
 */
export async function followRequest(store: ReportStore, request: NewRequest, following: Following): Promise<Request> {
  const { signal, onChange, onUntaken } = following
  const id = await store.ask(stream, request)
  const asked = performance.now()
  let [said, isUntaken] = ['', false]
  for (;;) {
    const found = (await store.requests(stream)).find((each) => each.id === id)
    if (found === undefined) throw new MillraceError('STORE_CONFLICT', 'the request is not there any more')
    if (`${found.state} ${found.outcome}` !== said) onChange(found)
    said = `${found.state} ${found.outcome}`
    if (found.state === 'done' || found.state === 'failed') return found
    if (!isUntaken && found.state === 'waiting' && performance.now() - asked > untakenMilliseconds) {
      isUntaken = true
      onUntaken()
    }
    await delay(lookMilliseconds, undefined, { signal }).catch(() => {})
    signal.throwIfAborted()
  }
}
