import { Agent, request } from 'node:http'

/** A client of one server, with Node's own HTTP and one connection that is kept. */
export interface KeepAliveClient {
  /** The body, once it is whole. Rejects where the status is not 200. */
  send(path: string, options: { headers: Readonly<Record<string, string>>; body?: string }): Promise<string>
  close(): void
}

export function keepAliveClient(port: number, connections = 1): KeepAliveClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    send: (path, { headers, body }) =>
      new Promise((resolve, reject) => {
        const method = body === undefined ? 'GET' : 'POST'
        const type = body === undefined ? {} : { 'content-type': 'application/json' }
        const sent = request({ port, host: '127.0.0.1', agent, path, method, headers: { ...headers, ...type } })
        sent.on('error', reject)
        sent.on('response', (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('error', reject)
          response.on('end', () => {
            const text = Buffer.concat(parts).toString()
            if (response.statusCode === 200) resolve(text)
            else reject(new Error(`${path} answers ${response.statusCode}: ${text}`))
          })
        })
        sent.end(body)
      }),
    close: () => agent.destroy(),
  }
}
