import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be interrupted as networks are. */
export interface Proxy extends AsyncDisposable {
  readonly port: number
  /** Connections that were made so far. */
  readonly accepted: number
  /** Nothing comes through any more and nobody is told, as behind a firewall that drops packets; or everything again. */
  silent(isSilent: boolean): void
  /** Ends all connections that are open. */
  cut(): void
}

export async function startProxy(target: { readonly host: string; readonly port: number }): Promise<Proxy> {
  const open = new Set<Socket>()
  let isSilent = false
  let accepted = 0
  const server = createServer((near) => {
    accepted += 1
    const far = connect(target.port, target.host)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.on('data', (data) => isSilent || to.write(data))
      from.on('error', () => {})
      from.on('close', () => {
        open.delete(from)
        if (!isSilent) to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return accepted
    },
    silent(value) {
      isSilent = value
    },
    cut,
    async [Symbol.asyncDispose]() {
      isSilent = false
      const closed = new Promise((resolve) => server.close(resolve))
      cut()
      await closed
    },
  }
}
