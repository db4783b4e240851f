import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FoldMetrics } from './fold-metrics.ts'
import type { FoldState } from './fold-state.ts'
import { listenFailure } from './listen-failure.ts'

export interface FoldServer {
  /** As a URL. */
  readonly address: string
  close(): Promise<void>
}

/** What answers for a worker: its metrics, that it lives, and whether it folds or could. Throws LISTEN_FAILED. */
export async function startFoldServer(
  at: { readonly host: string; readonly port: number },
  metrics: FoldMetrics,
  state: () => FoldState,
): Promise<FoldServer> {
  const server = createServer((request, response) => {
    const [path] = (request.url ?? '').split('?')
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, 'text/plain', '')
    switch (path) {
      case '/health/live':
        return answer(response, 200, 'application/json', '{"status":"live"}')
      case '/health/ready':
        return answerReady(response, state())
      case '/metrics':
        metrics.text().then(
          (text) => answer(response, 200, metrics.contentType, text),
          () => answer(response, 500, 'text/plain', ''),
        )
        return
      default:
        return answer(response, 404, 'text/plain', '')
    }
  })
  server.listen(at.port, at.host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw listenFailure(at, cause)
  }
  const { address, family, port } = server.address() as AddressInfo
  return {
    address: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** One that waits for another to end is as ready as one that folds. */
function answerReady(response: ServerResponse, { phase, trouble }: FoldState): void {
  const isReady = phase !== 'starting' && trouble === undefined
  const body = JSON.stringify({ status: isReady ? 'ready' : 'unready', phase, ...(trouble && { trouble }) })
  answer(response, isReady ? 200 : 503, 'application/json', body)
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  response.end(body)
}
