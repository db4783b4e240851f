import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { MillraceError } from '../errors.ts'

/**
 * A port of 127.0.0.1 that nothing listens on now. It lies below the ports that operating systems give to outgoing
 * connections, so that a server which restarts does not find its own port taken by one.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(15_000, 32_000)
    if (await isFree(port)) return port
  }
  throw new MillraceError('EMBEDDED_UNAVAILABLE', 'no free port between 15000 and 32000 on 127.0.0.1')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const listener = createServer()
    listener.once('error', () => resolve(false))
    listener.listen({ port, host: '127.0.0.1', exclusive: true }, () => listener.close(() => resolve(true)))
  })
}
