import type pg from 'pg'
import { boundedExchange } from './bounded-exchange.ts'
import { rollback } from './scope.ts'

/** Ends the transaction that a refused statement has left open. False where the connection is not as it was before it. */
export async function rollBack(client: pg.Client, silenceMilliseconds: number): Promise<boolean> {
  const never = new AbortController().signal
  try {
    await boundedExchange(client, [rollback], { signal: never, silenceMilliseconds })
    return client.getTransactionStatus() === 'I'
  } catch {
    return false
  }
}
