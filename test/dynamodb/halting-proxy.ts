import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { HaltingPoint } from '../store/halting-points.ts'

/** A way to an emulator on which the writes of a store can be held up. */
export interface HaltingProxy {
  readonly endpoint: string
  /** Holds up the next write to a table at a point, does something once one stands there, and lets it go on, however late that is. */
  whileHalted(table: string, point: HaltingPoint, work: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

interface Halt {
  readonly table: string
  readonly point: HaltingPoint
  hasWrittenCounters: boolean
  readonly standing: () => void
  readonly released: Promise<void>
}

type Part = 'progress' | 'counters' | 'other'

export async function startHaltingProxy(endpoint: string): Promise<HaltingProxy> {
  const agent = new Agent({ keepAlive: true })
  let halt: Halt | undefined

  async function answer(near: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(near)
    const now = halt !== undefined && near.headers['x-amz-target']?.toString().endsWith('UpdateItem') ? halt : undefined
    const part = now === undefined ? 'other' : partOf(now, body)
    const isHalted = now !== undefined && part !== 'other' && standsAt(now, part)
    if (isHalted && now.point !== 'committed, and not told') await stand(now)
    const far = request(endpoint, { agent, method: near.method, path: near.url, headers: near.headers })
    far.end(body)
    const [told] = (await once(far, 'response')) as [IncomingMessage]
    const text = await buffer(told)
    if (isHalted && now.point === 'committed, and not told') await stand(now)
    response.writeHead(told.statusCode ?? 500, told.headers).end(text)
  }

  const server = createServer((near, response) => {
    // As one who has gone away, or an emulator that has, is answered: not at all.
    answer(near, response).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async whileHalted(table, point, work) {
      let release = () => {}
      let timer: NodeJS.Timeout | undefined
      const released = new Promise<void>((resolve) => {
        release = resolve
      })
      try {
        await new Promise<void>((resolve, reject) => {
          timer = setTimeout(() => reject(new Error(`no write of the store was held up ${point}`)), 60_000)
          halt = { table, point, hasWrittenCounters: false, standing: resolve, released }
        })
        await work()
      } finally {
        clearTimeout(timer)
        halt = undefined
        release()
      }
    },
    async close() {
      server.closeAllConnections()
      agent.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function partOf({ table }: Halt, body: Buffer): Part {
  const { TableName, Key } = JSON.parse(body.toString('utf8'))
  if (TableName !== table) return 'other'
  const [pk, sk] = [Key.pk.S as string, Key.sk.S as string]
  if (sk === 'progress') return 'progress'
  return pk.startsWith('t#') && sk.startsWith('k') ? 'counters' : 'other'
}

/** What follows the counters of a batch is what commits it; what comes before them declares it. */
function standsAt(halt: Halt, part: 'progress' | 'counters'): boolean {
  if (part === 'counters') halt.hasWrittenCounters = true
  switch (halt.point) {
    case 'at its fence':
      return part === 'progress'
    case 'among its counters':
      return part === 'counters'
    case 'committed, and not told':
      return part === 'progress' && halt.hasWrittenCounters
  }
}

async function stand({ standing, released }: Halt): Promise<void> {
  standing()
  await released
}
