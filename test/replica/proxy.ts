import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be interrupted as networks are. */
export interface Proxy extends AsyncDisposable {
  readonly port: number
  /** The first bytes of each connection so far, in hexadecimal: what it is for. */
  readonly openings: readonly string[]
  /** The connections that are open are forgotten, as an address translation does: whoever uses one is told so. */
  forget(): void
  /** Nothing comes through any more and nobody is told, as behind a firewall that drops packets; or everything again. */
  silent(isSilent: boolean): void
  /** What is sent is kept until it is let through. */
  held(isHeld: boolean): void
  /** Ends all connections that are open. */
  cut(): void
}

export async function startProxy(target: { readonly host: string; readonly port: number }): Promise<Proxy> {
  const open = new Set<Socket>()
  let isSilent = false
  let isHeld = false
  const openings: string[] = []
  const forgotten = new WeakSet<Socket>()
  const server = createServer((near) => {
    near.once('data', (data) => openings.push(data.subarray(0, 8).toString('hex')))
    const far = connect(target.port, target.host)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      if (isHeld) from.pause()
      from.on('data', (data) => {
        if (forgotten.has(from)) from.destroy()
        else if (!isSilent) to.write(data)
      })
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
    openings,
    forget() {
      for (const socket of open) forgotten.add(socket)
    },
    silent(value) {
      isSilent = value
    },
    held(value) {
      isHeld = value
      for (const socket of open) value ? socket.pause() : socket.resume()
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
