import type { ConnectionSettings } from '../secret/connection.ts'
import { withClient } from './client.ts'

/**
 * Runs a command that may wait for long on the server. When the signal is aborted the server is told to break it off: to leave the
 * connection would not end the waiting.
 */
export async function breakable<Result>(
  settings: ConnectionSettings,
  processId: number,
  signal: AbortSignal | undefined,
  run: () => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted()
  const breakOff = () => {
    withClient(settings, (client) => client.query('select pg_cancel_backend($1)', [processId])).catch(() => {})
  }
  signal?.addEventListener('abort', breakOff, { once: true })
  try {
    return await run()
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', breakOff)
  }
}
