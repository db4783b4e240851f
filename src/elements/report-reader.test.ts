import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { eventually } from '../../test/eventually.ts'
import { Access, type TokenSource } from '../client/access.ts'
import type { ConditionalRequest, ReadRequest, SentResult } from '../http/wire.ts'
import type { Reading } from './reading.ts'
import { ReportReader } from './report-reader.ts'

interface Exchange {
  readonly path: string
  readonly authorization: string | undefined
  readonly requests: readonly ConditionalRequest[]
  /** Sends the answer, which is held until then. */
  answer(status?: number, body?: unknown): void
}

let server: Server
let endpoint: string
let reader: ReportReader
let now = 0
/** Requests for rows that came in; requests for the list are answered at once. */
let exchanges: Exchange[] = []
let listed: readonly string[] = []
let listFails = 0

beforeEach(async () => {
  exchanges = []
  listed = ['a', 'b', 'c']
  listFails = 0
  now = 0
  server = createServer((request, response) => void receive(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  reader = new ReportReader(undefined, () => now)
})
afterEach(() => {
  reader.access = undefined
  server.closeAllConnections()
  server.close()
})

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks = await request.toArray()
  const send = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  if (request.url === '/reports') {
    if (listFails-- > 0) {
      send(503, { code: 'TENANTS_UNAVAILABLE', title: 'Away' })
      return
    }
    send(200, { reports: listed.map((name) => ({ name, title: name.toUpperCase() })) })
    return
  }
  const { requests } = JSON.parse(Buffer.concat(chunks).toString()) as { requests: ConditionalRequest[] }
  exchanges.push({
    path: request.url ?? '',
    authorization: request.headers.authorization,
    requests,
    answer: (status = 200, body = { results: requests.map(({ report }) => good(report)) }) => send(status, body),
  })
}

const good = (report: string, figure = 1): SentResult => ({
  report,
  etag: `W/"${report}${figure}"`,
  answer: {
    report,
    asOf: '2026-11-21T18:30:00Z',
    lagSeconds: 1,
    stale: false,
    timeZone: 'UTC',
    engine: 'replica',
    position: null,
    columns: [],
    rows: [{ figure }],
  },
})
const bad = (report: string, code: string) => ({ report, problem: { code, title: code } })
const open = (token: TokenSource | null = () => 'token') => {
  reader.access = new Access({ endpoint, token, languages: 'en' })
}
const watch = (report: string, params?: ReadRequest['params']) =>
  reader.watch(params === undefined ? { report } : { report, params }, () => {})
const exchanged = async (count: number): Promise<Exchange> => {
  await eventually(() => expect(exchanges.length).toBe(count))
  return exchanges[count - 1] as Exchange
}
const settled = (watched: { reading(): Reading }, state: Reading['state']) =>
  eventually(() => expect(watched.reading().state).toBe(state))

test('what is asked for in one turn is read in one request, and each report once', async () => {
  open()
  const watched = [watch('a'), watch('b', { x: 1, y: 2 }), watch('b', { y: 2, x: 1 }), watch('a')]
  const exchange = await exchanged(1)
  expect(exchange.requests).toEqual([{ report: 'a' }, { report: 'b', params: { x: 1, y: 2 } }])
  expect(exchange.authorization).toBe('Bearer token')
  exchange.answer()
  for (const each of watched) await settled(each, 'ready')
  expect(exchanges.length).toBe(1)
})

test('more reports than one request may name are read in several', async () => {
  open()
  for (let at = 0; at < 25; at++) watch('a', { at })
  await exchanged(2)
  expect(exchanges.map(({ requests }) => requests.length).sort()).toEqual([20, 5].sort())
})

test('nothing is read before it is known who is looking', async () => {
  const watched = watch('a')
  open()
  ;(await exchanged(1)).answer()
  await settled(watched, 'ready')
})

test('T1 when another person may be looking every answer goes at once, and what was under way does not arrive', async () => {
  open(() => 'first')
  const watched = watch('a')
  ;(await exchanged(1)).answer()
  await settled(watched, 'ready')
  reader.refresh()
  const late = await exchanged(2)

  open(() => 'second')
  expect(watched.reading()).toEqual({ state: 'loading' })
  const next = await exchanged(3)
  expect(next.authorization).toBe('Bearer second')
  late.answer(200, { results: [good('a', 666)] })
  next.answer(200, { results: [good('a', 2)] })
  await settled(watched, 'ready')
  expect(watched.reading()).toMatchObject({ answer: { rows: [{ figure: 2 }] } })
})

test('T1 an answer that was already being parsed when the person changed does not arrive', async () => {
  open(() => 'first')
  const watched = watch('a')
  const readings: Reading[] = []
  reader.watch({ report: 'a' }, () => readings.push(watched.reading()))
  const parse = Response.prototype.json
  const parsing = vi.spyOn(Response.prototype, 'json').mockImplementation(async function (this: Response) {
    const body: unknown = await parse.call(this)
    if (JSON.stringify(body).includes('666')) open(() => 'second')
    return body
  })
  try {
    ;(await exchanged(1)).answer(200, { results: [good('a', 666)] })
    ;(await exchanged(2)).answer()
    await settled(watched, 'ready')
  } finally {
    parsing.mockRestore()
  }
  expect(JSON.stringify(readings)).not.toContain('666')
})

test('figures that cannot be refreshed stay, and say so; the next good answer replaces them', async () => {
  open()
  const watched = watch('a')
  ;(await exchanged(1)).answer()
  await settled(watched, 'ready')
  now = 5000
  reader.refresh()
  ;(await exchanged(2)).answer(200, { results: [bad('a', 'REPLICA_UNAVAILABLE')] })
  await eventually(() => expect(watched.reading()).toMatchObject({ failure: { code: 'REPLICA_UNAVAILABLE' } }))
  expect(watched.reading()).toMatchObject({ state: 'ready', receivedAt: 0, answer: { rows: [{ figure: 1 }] } })
  reader.refresh()
  ;(await exchanged(3)).answer()
  await eventually(() => expect(watched.reading()).not.toHaveProperty('failure'))
  expect(watched.reading()).toMatchObject({ receivedAt: 5000 })
})

test.each(['UNAUTHENTICATED', 'TENANT_UNKNOWN'])('figures do not stay for a reader who is told %s', async (code) => {
  open()
  const watched = watch('a')
  ;(await exchanged(1)).answer()
  await settled(watched, 'ready')
  reader.refresh()
  ;(await exchanged(2)).answer(200, { results: [bad('a', code)] })
  await settled(watched, 'failed')
})

test('T7 a report that the reader may not read, or no longer, is not there', async () => {
  open()
  const [watched, other] = [watch('a'), watch('b')]
  ;(await exchanged(1)).answer(200, { results: [bad('a', 'REPORT_NOT_FOUND'), good('b')] })
  await settled(watched, 'absent')
  await settled(other, 'ready')
  reader.refresh()
  ;(await exchanged(2)).answer(200, { results: [good('a'), bad('b', 'REPORT_NOT_FOUND')] })
  await settled(other, 'absent')
})

test('a token that is refused is asked for once more, and then no more', async () => {
  const asked: boolean[] = []
  open(({ expired }) => {
    asked.push(expired)
    return expired ? 'new' : 'old'
  })
  const watched = watch('a')
  const refused = { code: 'UNAUTHENTICATED', title: 'Not signed in' }
  ;(await exchanged(1)).answer(401, refused)
  const again = await exchanged(2)
  expect(again.authorization).toBe('Bearer new')
  again.answer(401, refused)
  await settled(watched, 'failed')
  expect(watched.reading()).toMatchObject({ failure: { code: 'UNAUTHENTICATED' } })
  expect(asked.filter((expired) => expired).length).toBe(1)
})

test('a page that is no answer of ours, and no page at all, are the same to the reader', async () => {
  open()
  const watched = watch('a')
  const exchange = await exchanged(1)
  server.close()
  exchange.answer(502, 'not a problem of ours')
  await settled(watched, 'failed')
  expect(watched.reading()).toMatchObject({ failure: { code: 'UNREACHABLE' } })
  server.closeAllConnections()
  watched.retry()
  expect(watched.reading().state).toBe('loading')
  await settled(watched, 'failed')
  expect(watched.reading()).toMatchObject({ failure: { code: 'UNREACHABLE' } })
})

test('what is being read is not read again at the same time, and what nobody watches is not read', async () => {
  open()
  const watched = watch('a')
  watch('b').stop()
  const exchange = await exchanged(1)
  expect(exchange.requests).toEqual([{ report: 'a' }])
  reader.refresh()
  reader.refresh()
  watch('c')
  expect((await exchanged(2)).requests).toEqual([{ report: 'c' }])
  exchange.answer()
  await settled(watched, 'ready')
})

test('an element that leaves and comes back while its report is read gets the answer', async () => {
  open()
  watch('a').stop()
  const first = watch('a')
  const exchange = await exchanged(1)
  first.stop()
  const second = watch('a')
  exchange.answer()
  await settled(second, 'ready')
  expect(exchanges.length).toBe(1)
  second.stop()
  const third = watch('a')
  expect(third.reading().state).toBe('loading')
})

test('a list that could not be read is asked for again with the reports', async () => {
  listFails = 1
  open()
  const watched = watch('a')
  ;(await exchanged(1)).answer()
  await settled(watched, 'ready')
  reader.refresh()
  ;(await exchanged(2)).answer()
  await vi.waitFor(() => expect(reader.list?.length).toBe(3))
})

test('the list of readable reports is known by name and title, and forgotten with the person', async () => {
  listed = ['a']
  open()
  await eventually(() => expect(reader.list).toEqual([{ name: 'a', title: 'A' }]))
  reader.access = undefined
  expect(reader.list).toBeUndefined()
})

const stored = (report: string, position: string, figure = 1): SentResult => {
  const result = good(report, figure)
  return 'answer' in result ? { ...result, answer: { ...result.answer, engine: 'store', position } } : result
}
const at = (position: string, lagSeconds = 0.1) => ({ position, asOf: `as of ${position}` as never, lagSeconds })

test('only the report that changed is read anew', async () => {
  open()
  const [a, b] = [watch('a'), watch('b')]
  ;(await exchanged(1)).answer(200, { results: [stored('a', '1'), stored('b', '1')] })
  await settled(b, 'ready')
  reader.hear({ event: 'hello', since: '1', ...at('1') })
  reader.hear({ event: 'changed', report: 'a', ...at('2') })
  const exchange = await exchanged(2)
  expect(exchange.requests.map(({ report }) => report)).toEqual(['a'])
  exchange.answer(200, { results: [stored('a', '2', 7)] })
  await eventually(() => expect(a.reading()).toMatchObject({ answer: { rows: [{ figure: 7 }] } }))
  // Told late of what the answer has already.
  reader.hear({ event: 'changed', report: 'a', ...at('2') })
  reader.hear({ event: 'changed', report: 'c', ...at('3') })
  await Promise.resolve()
  expect(exchanges.length).toBe(2)
})

test('an answer in the store’s stead is read anew once the store can answer, also if it was on its way then', async () => {
  open()
  const watched = watch('a')
  const first = good('a')
  const building = 'answer' in first ? { ...first, answer: { ...first.answer, building: true, progress: 0.25 } } : first
  ;(await exchanged(1)).answer(200, { results: [building] })
  await eventually(() => expect(watched.reading()).toMatchObject({ state: 'ready', progress: 0.25 }))
  reader.hear({ event: 'building', report: 'a', progress: 0.5, ...at('1') })
  reader.hear({ event: 'building', report: 'b', progress: 0.75, ...at('1') })
  expect(watched.reading().progress).toBe(0.5)
  // Batches that another build takes meanwhile are no reason to ask the replica.
  reader.hear({ event: 'changed', report: 'a', ...at('2') })
  await Promise.resolve()
  expect(exchanges.length).toBe(1)
  reader.refresh()
  const second = await exchanged(2)
  reader.hear({ event: 'ready', report: 'a', ...at('3') })
  second.answer(200, { results: [building] })
  ;(await exchanged(3)).answer(200, { results: [stored('a', '3')] })
  await eventually(() => expect(watched.reading()).toMatchObject({ answer: { engine: 'store' } }))
  expect(watched.reading().progress).toBeUndefined()
  reader.hear({ event: 'ready', report: 'a', ...at('3') })
  await Promise.resolve()
  expect(exchanges.length).toBe(3)
})

test('what changes while it is being read is read once more, unless the answer has it', async () => {
  open()
  const watched = watch('a')
  const first = await exchanged(1)
  reader.hear({ event: 'changed', report: 'a', ...at('5') })
  first.answer(200, { results: [stored('a', '4')] })
  ;(await exchanged(2)).answer(200, { results: [stored('a', '5', 7)] })
  await eventually(() => expect(watched.reading()).toMatchObject({ answer: { position: '5', rows: [{ figure: 7 }] } }))
  reader.hear({ event: 'hello', since: '6', ...at('6') })
  ;(await exchanged(3)).answer(200, { results: [stored('a', '6', 8)] })
  await eventually(() => expect(watched.reading()).toMatchObject({ answer: { rows: [{ figure: 8 }] } }))
})

test('an answer of which nothing is told is as current as the store, without being read', async () => {
  open()
  const [a, other] = [watch('a'), watch('b')]
  ;(await exchanged(1)).answer(200, { results: [stored('a', '1'), good('b')] })
  await settled(a, 'ready')
  now = 15_000
  reader.hear({ event: 'at', ...at('9') })
  expect(a.reading()).toMatchObject({
    receivedAt: 15_000,
    answer: { asOf: 'as of 9', position: '9', rows: [{ figure: 1 }] },
  })
  // Nobody tells when the replica's answer changes.
  expect(other.reading()).toMatchObject({ receivedAt: 0 })
  // Whether it is stale now, only the server can say.
  reader.hear({ event: 'at', ...at('a', 30) })
  expect((await exchanged(2)).requests.map(({ report }) => report)).toEqual(['a'])
})

test('between events only what nobody tells of is read, and after some time everything', async () => {
  open()
  const a = watch('a')
  watch('b')
  ;(await exchanged(1)).answer(200, { results: [stored('a', '1'), good('b')] })
  await settled(a, 'ready')
  reader.isTold = true
  reader.refreshUntold()
  const second = await exchanged(2)
  expect(second.requests.map(({ report }) => report)).toEqual(['b'])
  second.answer()
  await new Promise((resolve) => setTimeout(resolve, 20))
  now = 301_000
  reader.refreshUntold()
  expect((await exchanged(3)).requests.map(({ report }) => report)).toEqual(['a', 'b'])
})

test('what is refused for some seconds is asked for again after them, and not before', async () => {
  open()
  const watched = watch('a')
  const refused = { report: 'a', problem: { code: 'TOO_BUSY', title: 'Busy', retryAfter: 0.3 } }
  ;(await exchanged(1)).answer(200, { results: [refused] })
  await settled(watched, 'failed')
  reader.refresh()
  reader.refreshUntold()
  await Promise.resolve()
  expect(exchanges.length).toBe(1)
  ;(await exchanged(2)).answer()
  await settled(watched, 'ready')
})

test('a server that refuses all for some seconds is left alone for them, unless the reader asks', async () => {
  open()
  const watched = watch('a')
  ;(await exchanged(1)).answer(503, { code: 'STORE_UNAVAILABLE', title: 'Away', retryAfter: 60 })
  await settled(watched, 'failed')
  reader.refresh()
  await Promise.resolve()
  expect(exchanges.length).toBe(1)
  watched.retry()
  ;(await exchanged(2)).answer()
  await settled(watched, 'ready')
})

test('an answer that has not changed is not sent again: its rows stay those that they are, and are as current as the server says', async () => {
  open()
  const watched = watch('a')
  ;(await exchanged(1)).answer()
  await settled(watched, 'ready')
  const before = watched.reading()
  now = 5000
  reader.refresh()
  const again = await exchanged(2)
  expect(again.requests).toEqual([{ report: 'a', etag: 'W/"a1"' }])
  const moment = { asOf: '2026-11-21T18:31:00Z', lagSeconds: 3, position: null }
  again.answer(200, { results: [{ report: 'a', etag: 'W/"a1"', unchanged: moment }] })
  await eventually(() => expect(watched.reading()).toMatchObject({ receivedAt: 5000, answer: moment }))
  const after = watched.reading()
  expect(after.state === 'ready' && before.state === 'ready' && after.answer.rows === before.answer.rows).toBe(true)
})

test('T1 the entity tag of what the last person saw is not sent for the next', async () => {
  open(() => 'first')
  const watched = watch('a')
  ;(await exchanged(1)).answer()
  await settled(watched, 'ready')
  open(() => 'second')
  expect((await exchanged(2)).requests).toEqual([{ report: 'a' }])
})

test('a server that does not answer is tried again by itself, until it does', async () => {
  open()
  const watched = watch('a')
  ;(await exchanged(1)).answer(502, 'a page of a proxy')
  await settled(watched, 'failed')
  ;(await exchanged(2)).answer()
  await settled(watched, 'ready')
})
