import { once } from 'node:events'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { afterEach, expect, test, vi } from 'vitest'
import { sample } from '../../test/http/sample.ts'
import { createLogger } from './log.ts'
import { createReportServer, type ReportServer, type ReportServerOptions } from './server.ts'

let server: ReportServer

// Other tests may have the machine to themselves for a while.
vi.setConfig({ testTimeout: 30_000 })
const eventually = <Value>(value: () => Value) => expect.poll(value, { timeout: 20_000, interval: 20 })

afterEach(() => server.close({ graceSeconds: 0.1 }))

async function listening(options: Partial<ReportServerOptions> = {}) {
  const parts = await sample()
  const lines: Record<string, any>[] = []
  const to = new Writable({
    write(chunk, _, done) {
      const line = JSON.parse(String(chunk))
      if (!line.msg.startsWith('Server listening')) lines.push(line)
      done()
    },
  })
  const { reports, viewer } = parts
  server = createReportServer({ reports, viewer, logger: createLogger({ to }), ...options })
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(address + path, { ...init, headers: { authorization: 'Bearer acme-all', ...init.headers } })
  return { ...parts, lines, address, ask }
}

const rows = '/reports/active-findings/rows'

test('it serves under its prefix, and its document says so', async () => {
  const { ask } = await listening({ prefix: '/api' })
  expect((await ask(`/api${rows}`)).status).toBe(200)
  const document: any = await (await ask('/api/openapi.json')).json()
  expect(document.servers).toEqual([{ url: '/api' }])
  expect((await ask(rows)).status).toBe(404)
})

test('a path or method that does not exist is a problem document', async () => {
  const { ask } = await listening()
  for (const answer of [await ask('/nothing'), await ask('/reports', { method: 'DELETE' })]) {
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await answer.json()).toMatchObject({ code: 'NOT_FOUND', status: 404 })
  }
  for (const path of ['/reports/%FF/rows', `/reports/${'x'.repeat(300)}/rows`]) {
    const answer = await ask(path)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await answer.json()).toMatchObject({ code: 'REQUEST_INVALID', status: 400 })
  }
})

test('a request is logged with its id and trace, by its route, and with nothing that it asks for', async () => {
  const { ask, lines } = await listening()
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const answer = await ask(`${rows}?group=qzjxkvw`, { headers: { 'x-request-id': 'request-0001', traceparent } })
  expect(answer.headers.get('x-request-id')).toBe('request-0001')
  await eventually(() => lines).toMatchObject([
    {
      requestId: 'request-0001',
      traceparent,
      method: 'GET',
      route: '/reports/:name/rows',
      status: 200,
      milliseconds: expect.any(Number),
    },
  ])
  await ask('/qzjxkvw?token=qzjxkvw')
  await eventually(() => lines.length).toBe(3)
  expect(JSON.stringify(lines)).not.toContain('qzjxkvw')
  expect(JSON.stringify(lines)).not.toContain('Bearer')
})

test('T7 only the log knows that it was the permission, and a failure’s cause stands under the id that the client has', async () => {
  const { ask, engine, lines } = await listening()
  await ask('/reports/active-findings', { headers: { authorization: 'Bearer acme-bookings' } })
  await eventually(() => lines[0]).toMatchObject({ code: 'REPORT_NOT_FOUND', lacks: 'findings.read' })
  engine.before = async () => {
    throw new Error('outer', { cause: Object.assign(new Error('inner'), { code: '57P01', client: 'qzjxkvw' }) })
  }
  const problem: any = await (await ask(rows)).json()
  expect(problem).toMatchObject({ code: 'INTERNAL' })
  await eventually(() => lines.find(({ msg }) => msg === 'request failed')).toMatchObject({
    level: 'error',
    requestId: problem.requestId,
    error: { message: 'outer', cause: { code: '57P01', message: 'inner' } },
  })
  expect(JSON.stringify(lines)).not.toContain('qzjxkvw')
})

test('what fails among several reports is logged with its causes too', async () => {
  const { ask, engine, lines } = await listening()
  engine.before = async () => {
    throw new Error('outer')
  }
  const body = JSON.stringify({ requests: [{ report: 'active-findings' }, { report: 'x' }] })
  const headers = { 'content-type': 'application/json', 'x-request-id': 'request-0001' }
  expect((await ask('/reports/rows', { method: 'POST', headers, body })).status).toBe(200)
  await eventually(() => lines).toMatchObject([
    { level: 'info', code: 'REPORT_NOT_FOUND', requestId: 'request-0001' },
    { level: 'error', code: 'INTERNAL', requestId: 'request-0001', error: { message: 'outer' } },
    { msg: 'request', status: 200 },
  ])
})

test('T8 a client that goes away cancels what was read for it', async () => {
  const { ask, engine, audited, lines } = await listening()
  const cancelled = holding(engine)
  const gone = new AbortController()
  const asked = ask(rows, { signal: gone.signal }).catch(() => 'gone')
  await cancelled.began
  gone.abort()
  expect(await asked).toBe('gone')
  await cancelled.aborted
  await eventually(() => audited).toMatchObject([{ outcome: 'cancelled', report: 'active-findings' }])
  await eventually(() => lines.map(({ msg, level }) => [msg, level])).toContainEqual(['the client went away', 'info'])
  expect(lines.every(({ level }) => level !== 'error')).toBe(true)
})

test('T8 a client that goes away cancels all of several reports, and those that wait are not begun', async () => {
  const { ask, engine, audited } = await listening()
  const cancelled = holding(engine)
  const gone = new AbortController()
  const requests = Array(10).fill({ report: 'active-findings' })
  const asked = ask('/reports/rows', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ requests }),
    signal: gone.signal,
  }).catch(() => 'gone')
  await cancelled.began
  gone.abort()
  await asked
  await eventually(() => audited.length).toBe(10)
  expect(audited.every(({ outcome }) => outcome === 'cancelled')).toBe(true)
  expect(cancelled.count()).toBe(4)
})

test('an answer that was sent is not cancelled afterwards', async () => {
  const { ask, engine } = await listening()
  let signal: AbortSignal | undefined
  engine.before = async (request) => {
    signal = request.signal
  }
  await (await ask(rows)).json()
  await server.close()
  expect(signal?.aborted).toBe(false)
})

test('closing lets what is under way end, and takes nothing new', async () => {
  const { ask, engine, address } = await listening()
  let finish = () => {}
  const began = new Promise<void>((begun) => {
    engine.before = () =>
      new Promise((resolve) => {
        finish = resolve
        begun()
      })
  })
  const asked = ask(rows)
  await began
  const closed = server.close()
  await eventually(() => fetch(address).catch(() => 'refused')).toBe('refused')
  finish()
  expect((await asked).status).toBe(200)
  await closed
})

test('closing does not wait for ever', async () => {
  const { ask, engine } = await listening()
  const cancelled = holding(engine)
  const asked = ask(rows).catch(() => 'gone')
  await cancelled.began
  await server.close({ graceSeconds: 0.05 })
  expect(await asked).toBe('gone')
  await cancelled.aborted
})

test.each([
  ['what is not HTTP', 'nonsense\r\n\r\n'],
  ['headers without end', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`],
])('%s is a problem document as well', async (_, sent) => {
  const { address } = await listening()
  const socket = connect(Number(new URL(address).port), '127.0.0.1')
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk
  })
  socket.write(sent)
  await once(socket, 'close')
  const [head = '', body = ''] = received.split('\r\n\r\n')
  expect(head).toContain('HTTP/1.1 400 Bad Request\r\n')
  expect(head).toContain('content-type: application/problem+json')
  expect(JSON.parse(body)).toMatchObject({ code: 'REQUEST_INVALID', status: 400 })
})

/** Makes the engine hold every read until it is aborted. */
function holding(engine: Awaited<ReturnType<typeof sample>>['engine']) {
  let begun = () => {}
  let aborted = () => {}
  let count = 0
  const promises = {
    began: new Promise<void>((resolve) => {
      begun = resolve
    }),
    aborted: new Promise<void>((resolve) => {
      aborted = resolve
    }),
    count: () => count,
  }
  engine.before = ({ signal }) =>
    new Promise((_, reject) => {
      count += 1
      signal.addEventListener('abort', () => {
        aborted()
        reject(signal.reason)
      })
      begun()
    })
  return promises
}
