import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { EngineAnswer } from '../src/report/engine.ts'
import { bookingsByDay } from './booking-reports.ts'
import { keepAliveClient } from './keep-alive-client.ts'
import type { Listening } from './listening.ts'
import { load } from './load.ts'
import { canPin, pin, unpin } from './pinning.ts'
import { cpuSeconds } from './process-cpu.ts'
import type { BareRouteStart } from './program/bare-route.ts'
import type { ConstantAnswerStart } from './program/constant-answer.ts'
import { type Program, startProgram } from './program.ts'
import { middle } from './statistics.ts'
import { microseconds, printTable, times, whole } from './table.ts'
import { signToken } from './tokens.ts'

const path = `/reports/${bookingsByDay.name}/rows`
const connections = 16
const rounds = 12
const roundMilliseconds = 1000

/** A server under load, and what its rounds came to. */
interface Side {
  readonly name: string
  readonly server: Program<Listening, never, never>
  readonly tokens: readonly (readonly string[])[]
  readonly perSecond: number[]
  /** Microseconds of the server's CPU time for each request. */
  readonly cpu: number[]
}

/** What Millrace adds to a Fastify route that returns the same JSON, with the verified token kept and without. */
export async function httpOverhead(): Promise<void> {
  const secret = randomBytes(32)
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const publicKey = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const privateKey = rsa.privateKey

  const sign = (name: string) => signToken(secret, 'HS256', 'acme', name)
  const signRsa = (name: string) => signToken(privateKey, 'RS256', 'acme', name)
  const token = await sign('user')
  const kept = Array.from({ length: connections }, () => [token])
  // One place in the cache, and no connection sends a token twice in a row or one of another's: none is found kept.
  const alternating = (sign: (name: string) => Promise<string>) =>
    Promise.all(
      Array.from({ length: connections }, (_, at) => Promise.all([sign(`${at} and odd`), sign(`${at} and even`)])),
    )

  const constant = (keys: ConstantAnswerStart['keys'], keptTokens: number) =>
    startProgram<ConstantAnswerStart, Listening>('constant-answer', { answer, keys, keptTokens })
  const millrace = await constant({ secret }, 10_000)
  const bare = await startProgram<BareRouteStart, Listening>('bare-route', {
    path,
    document: await documentOf(millrace.ready.port, token),
  })
  const side = (name: string, server: Side['server'], tokens: Side['tokens']): Side => ({
    ...{ name, server, tokens },
    ...{ perSecond: [], cpu: [] },
  })
  const sides = [
    side('a Fastify route', bare, kept),
    side('Millrace, token kept', millrace, kept),
    side('Millrace, HS256 verified each time', await constant({ secret }, 1), await alternating(sign)),
    side('Millrace, RS256 verified each time', await constant({ publicKey }, 1), await alternating(signRsa)),
  ]
  const pinned = await canPin()
  if (pinned) {
    await pin(process.pid, 0)
    for (const { server } of sides) await pin(server.pid, 1)
  }
  for (const each of sides) await round(each, 2 * roundMilliseconds)
  for (const each of sides) each.perSecond.length = each.cpu.length = 0
  for (let at = 0; at < rounds; at++) for (const each of rotated(sides, at)) await round(each, roundMilliseconds)
  await Promise.all(sides.map(({ server }) => server.close()))
  if (pinned) await unpin(process.pid)
  print(sides)
}

async function round({ server, tokens, perSecond, cpu }: Side, milliseconds: number): Promise<void> {
  const [before, since] = [cpuSeconds([server.pid]), performance.now()]
  const answered = await load({ port: server.ready.port, path, tokens, milliseconds })
  perSecond.push(answered / ((performance.now() - since) / 1000))
  cpu.push(((cpuSeconds([server.pid]) - before) * 1e6) / answered)
}

/** Each side is first, second and so on as often as the others. */
const rotated = <Value>(values: readonly Value[], by: number): Value[] => {
  const at = by % values.length
  return [...values.slice(at), ...values.slice(0, at)]
}

async function documentOf(port: number, token: string): Promise<object> {
  const client = keepAliveClient(port)
  const body = await client.send(path, { headers: { authorization: `Bearer ${token}` } })
  client.close()
  return JSON.parse(body)
}

/** Sixty days, as the report's own engine would answer. */
const answer: EngineAnswer = {
  engine: 'replica',
  position: '00000016b374d848',
  asOf: '2026-11-21T12:00:00.000000Z' as EngineAnswer['asOf'],
  lagSeconds: 0.2,
  timeZone: 'Europe/Berlin',
  milliseconds: 5,
  rows: Array.from({ length: 60 }, (_, day) => ({
    time: new Date(Date.UTC(2026, 10, 21 - day)).toISOString().slice(0, 10),
    bookings: 40 + day,
    revenue: `${41_000 + 731 * day}.50`,
    nights: '5.4815',
  })),
}

function print(sides: readonly Side[]): void {
  const [bare, kept] = sides as [Side, Side]
  const ratios = (of: 'cpu' | 'perSecond', side: Side) =>
    middle(
      side[of].map((value, at) => (of === 'cpu' ? value / (bare.cpu[at] ?? 0) : (bare.perSecond[at] ?? 0) / value)),
    )
  console.log(`${connections} connections, ${rounds} rounds of ${roundMilliseconds / 1000} s each, 60 rows of JSON:\n`)
  printTable(
    ['', 'requests/s', 'CPU/request', 'more CPU', 'CPU ratio', 'middle half'],
    sides.map((side) => {
      const [cpu, ratio] = [middle(side.cpu).median, ratios('cpu', side)]
      return [
        side.name,
        whole(middle(side.perSecond).median),
        microseconds(cpu),
        microseconds(cpu - middle(bare.cpu).median),
        times(ratio.median),
        `${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}`,
      ]
    }),
  )
  const added = middle(kept.cpu).median - middle(bare.cpu).median
  console.log(
    `\n  a report with a kept token takes ${times(ratios('cpu', kept).median)} the CPU of a bare route: ${microseconds(added)} more,` +
      ` of a statement of 5 ms ${((added / 5000) * 100).toFixed(1)} %`,
  )
}
