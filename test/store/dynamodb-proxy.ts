import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * What befalls a request on its way to DynamoDB: it is refused before it does anything; it does what it should and the answer is lost or
 * a failure; it takes long; it is given up and arrives later; it arrives twice; of several items some are left over.
 */
export type Fault =
  | 'none'
  | 'throttled'
  | 'failed'
  | 'lost'
  | 'failed-after'
  | 'delayed'
  | 'late'
  | 'twice'
  | 'left-over'

export interface DynamoProxy extends AsyncDisposable {
  readonly endpoint: string
  /** What befell requests, how often. */
  readonly faults: ReadonlyMap<Fault, number>
  /** Breaks off every connection. What was forwarded goes on. */
  reset(): void
  /** Until everything that was let through has arrived. */
  settled(): Promise<void>
}

export interface DynamoProxyOptions {
  /** Of the emulator. */
  readonly endpoint: string
  /** Told the operation, as `UpdateItem`. */
  readonly next: (operation: string) => Fault
  /** Of what is delayed or late: for how many milliseconds, or until when. */
  readonly delay: () => number | Promise<unknown>
}

interface Answer {
  readonly status: number
  readonly body: Buffer
}

/** A proxy on the loopback that makes of an emulator, which never fails, a service on a bad day. */
export async function startDynamoProxy({ endpoint, next, delay: pause }: DynamoProxyOptions): Promise<DynamoProxy> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const faults = new Map<Fault, number>()
  const underway = new Set<Promise<unknown>>()

  async function forward(from: IncomingMessage, body: Buffer): Promise<Answer> {
    const { host: _, connection: __, 'content-length': ___, ...headers } = from.headers
    const to = request(endpoint, { method: from.method, path: from.url, headers, agent })
    to.end(body)
    const [answer] = (await once(to, 'response')) as [IncomingMessage]
    return { status: answer.statusCode ?? 500, body: await bodyOf(answer) }
  }

  const rest = (): Promise<unknown> => {
    const until = pause()
    return typeof until === 'number' ? delay(until) : until
  }

  const track = <Result>(work: Promise<Result>): Promise<Result> => {
    const ended = work.then(
      () => {},
      () => {},
    )
    underway.add(ended)
    void ended.then(() => underway.delete(ended))
    return work
  }

  async function answer(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const body = await bodyOf(from)
    const operation = String(from.headers['x-amz-target']).split('.')[1] ?? ''
    const fault = next(operation)
    faults.set(fault, (faults.get(fault) ?? 0) + 1)
    switch (fault) {
      case 'throttled':
        return reply(to, failure(400, 'ThrottlingException'))
      case 'failed':
        return reply(to, failure(500, 'InternalServerError'))
      case 'lost':
        await track(forward(from, body))
        to.destroy()
        return
      case 'failed-after':
        await track(forward(from, body))
        return reply(to, failure(503, 'ServiceUnavailable'))
      case 'delayed':
        await rest()
        break
      case 'late':
        void track(rest().then(() => forward(from, body))).catch(() => {})
        to.destroy()
        return
      case 'twice':
        void track(forward(from, body)).catch(() => {})
        break
      case 'left-over':
        if (operation === 'BatchWriteItem' || operation === 'BatchGetItem')
          return reply(to, await track(leaveOver(operation, body, (half) => forward(from, half))))
        break
      case 'none':
        break
    }
    reply(to, await track(forward(from, body)))
  }

  const server = createServer((from, to) => {
    answer(from, to).catch(() => to.destroy())
  })
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const settled = async (): Promise<void> => {
    while (underway.size > 0) await Promise.all(underway)
  }
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    reset: () => server.closeAllConnections(),
    settled,
    [Symbol.asyncDispose]: () => close(server, agent),
  }
}

async function close(server: Server, agent: Agent): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
  agent.destroy()
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const failure = (status: number, name: string): Answer => ({
  status,
  body: Buffer.from(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'of the proxy' })),
})

function reply(to: ServerResponse, { status, body }: Answer): void {
  to.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'content-length': body.length })
  to.end(body)
}

/** Every second item of a batch is left over, as where a table takes no more. */
async function leaveOver(operation: string, body: Buffer, send: (half: Buffer) => Promise<Answer>): Promise<Answer> {
  const isWrite = operation === 'BatchWriteItem'
  const asked = JSON.parse(body.toString()) as { RequestItems: Record<string, unknown> }
  const [table = '', items] = Object.entries(asked.RequestItems)[0] ?? []
  const all = isWrite ? (items as unknown[]) : (items as { Keys: unknown[] }).Keys
  const done = all.filter((_, index) => index % 2 === 0)
  const left = all.filter((_, index) => index % 2 === 1)
  const those = (part: unknown[]) => ({ [table]: isWrite ? part : { ...(items as object), Keys: part } })
  const { status, body: told } = await send(Buffer.from(JSON.stringify({ ...asked, RequestItems: those(done) })))
  const rest = left.length === 0 ? {} : those(left)
  const name = isWrite ? 'UnprocessedItems' : 'UnprocessedKeys'
  return { status, body: Buffer.from(JSON.stringify({ ...JSON.parse(told.toString()), [name]: rest })) }
}

/** Faults as they come on a bad day, and in bursts, from a seed. */
export function badDay(seed: number, share = 0.12): Pick<DynamoProxyOptions, 'next' | 'delay'> {
  let state = seed >>> 0
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const each: readonly Fault[] = [
    ...(['throttled', 'failed', 'lost', 'failed-after', 'delayed', 'late', 'twice', 'left-over'] as const),
  ]
  let burst: { readonly fault: Fault; left: number } = { fault: 'none', left: 0 }
  return {
    next: () => {
      if (burst.left > 0) {
        burst.left -= 1
        return burst.fault
      }
      if (random() >= share) return 'none'
      const fault = each[Math.floor(random() * each.length)] as Fault
      if ((fault === 'failed' || fault === 'throttled') && random() < 0.3)
        burst = { fault, left: Math.floor(random() * 6) }
      return fault
    },
    delay: () => random() * 60,
  }
}
