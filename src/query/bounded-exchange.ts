import type pg from 'pg'
import { cancel } from './cancel.ts'
import { type ExchangeStatement, exchange, type Outcome } from './exchange.ts'

export interface ExchangeBounds {
  /** Aborted when nobody waits any more: the server is then asked to cancel. */
  readonly signal: AbortSignal
  /** Milliseconds after which a server that has not answered counts as gone. */
  readonly silenceMilliseconds: number
}

/** A request to cancel may come before the server has begun the statement, and is then without effect: it is repeated. */
const cancelEveryMilliseconds = 250
/** How long the end of a cancelled statement is waited for. */
const cancelPatienceMilliseconds = 5_000

/**
 * An exchange that always ends: by its answer, by an ExchangeFailure, by the signal's reason once the cancelled statement
 * has ended on the server, or by a "Connection terminated" error of a server that fell silent. Only after an answer, or an
 * ExchangeFailure that the server itself has sent, may the client be used again.
 */
export async function boundedExchange(
  client: pg.Client,
  statements: readonly ExchangeStatement[],
  { signal, silenceMilliseconds }: ExchangeBounds,
): Promise<Outcome[]> {
  signal.throwIfAborted()
  const running = exchange(client, statements)
  const { promise: aborted, resolve } = promiseWithResolver<'aborted'>()
  const abort = () => resolve('aborted')
  signal.addEventListener('abort', abort)
  try {
    const answer = await Promise.race([running, aborted, after(silenceMilliseconds, running)])
    if (answer === 'late') throw new Error('Connection terminated: the server fell silent')
    if (answer !== 'aborted') return answer
    await cancelUntilEnded(client, running)
    throw signal.reason
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

async function cancelUntilEnded(client: pg.Client, running: Promise<unknown>): Promise<void> {
  const deadline = performance.now() + cancelPatienceMilliseconds
  const ended = running.then(
    () => 'ended' as const,
    () => 'ended' as const,
  )
  while (performance.now() < deadline) {
    await Promise.race([cancel(client, cancelPatienceMilliseconds), ended])
    if ((await Promise.race([ended, after(cancelEveryMilliseconds, running)])) === 'ended') return
  }
}

/** `late` after some time. The timer goes with what it watches. */
function after(milliseconds: number, watched: Promise<unknown>): Promise<'late'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('late'), milliseconds)
    const stop = () => clearTimeout(timer)
    watched.then(stop, stop)
  })
}

/** `Promise.withResolvers`, which Node.js 20 does not have. */
function promiseWithResolver<Value>() {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
