import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface LoadOptions {
  readonly port: number
  readonly path: string
  /** For each connection the tokens that it sends in turn. */
  readonly tokens: readonly (readonly string[])[]
  readonly milliseconds: number
}

/**
 * Sends requests over kept connections, each as soon as the answer to the one before has come, and counts the answers.
 *
 * The requests are prepared bytes and of the answers only status and length are looked at: a whole HTTP client takes as long
 * as the server does, and would be the limit.
 */
export async function load({ port, path, tokens, milliseconds }: LoadOptions): Promise<number> {
  const until = performance.now() + milliseconds
  const answered = await Promise.all(
    tokens.map(async (mine) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      await once(socket, 'connect')
      const requests = mine.map((token) =>
        Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\n\r\n`),
      )
      return converse(socket, requests, until)
    }),
  )
  return answered.reduce((total, count) => total + count, 0)
}

function converse(socket: Socket, requests: readonly Buffer[], until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let answered = 0
    /** Bytes of the running answer's body that are still to come; undefined while its head is. */
    let missing: number | undefined
    let head = ''
    const send = () => socket.write(requests[answered % requests.length] as Buffer)
    socket.on('error', reject)
    socket.on('end', () => reject(new Error('the server has closed a connection')))
    socket.on('data', (bytes) => {
      if (missing === undefined) {
        head += bytes.toString('latin1')
        const end = head.indexOf('\r\n\r\n')
        if (end === -1) return
        missing = lengthOf(head) - (head.length - end - 4)
        head = ''
      } else missing -= bytes.length
      if (missing > 0) return
      missing = undefined
      answered += 1
      if (performance.now() < until) send()
      else {
        socket.destroy()
        resolve(answered)
      }
    })
    send()
  })
}

function lengthOf(head: string): number {
  const [, length] = /^content-length: (\d+)\r$/im.exec(head) ?? []
  if (!head.startsWith('HTTP/1.1 200 ') || length === undefined)
    throw new Error(`unexpected answer: ${head.slice(0, 200)}`)
  return Number(length)
}
