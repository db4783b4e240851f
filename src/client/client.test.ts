import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { eventually } from '../../test/eventually.ts'
import { mounted } from '../../test/http/mounted.ts'
import type { sampleCatalog } from '../../test/http/sample-catalog.ts'
import { type Stored, startStored } from '../../test/http/stored.ts'
import { MillraceError } from '../errors.ts'
import type { ReportEvent } from '../http/wire.ts'
import { Access } from './access.ts'
import { type ClientOptions, client, ReportError } from './client.ts'
import { listen } from './listen.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

interface Seen {
  readonly method: string
  readonly url: string
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** The sample behind the plugin on a port, a client of it, and the requests that came. */
async function served(options: Partial<ClientOptions> = {}) {
  const parts = await mounted()
  const seen: Seen[] = []
  parts.host.addHook('onResponse', async ({ method, url, headers }, { statusCode: status }) => {
    seen.push({ method, url: url.slice('/api'.length), status, headers })
  })
  const endpoint = `${await listening(parts.host)}/api`
  const reports = client<typeof sampleCatalog>({ endpoint, token: () => 'acme-all', ...options })
  return { ...parts, reports, seen, endpoint }
}

async function listening(host: FastifyInstance): Promise<string> {
  await host.listen({ port: 0, host: '127.0.0.1' })
  open.push(async () => {
    const closing = host.close()
    host.server.closeAllConnections()
    await closing
  })
  return `http://127.0.0.1:${(host.server.address() as AddressInfo).port}`
}

const failing = async (work: Promise<unknown>): Promise<ReportError> => {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(ReportError)
  return error as ReportError
}

test('reports are listed, described and read, in the reader’s language', async () => {
  const { reports } = await served({ languages: 'de' })
  expect((await reports.list()).find(({ name }) => name === 'active-findings')?.title).toBe('Offene Befunde')
  expect((await reports.describe('active-findings')).columns[1]?.label).toBe('Gruppe')
  const { rows, engine } = await reports.read('active-findings', { severity: ['high'], group: 'acme-web' })
  expect([engine, rows.length, rows[0]?.effort]).toEqual(['replica', 1, '9007199254740994'])
  const { options, complete } = await reports.options('active-findings', 'group')
  expect([options.map(({ value }) => value).sort(), complete]).toEqual([['acme-office', 'acme-web'], true])
})

test('what a query string cannot say is read all the same', async () => {
  const { reports, seen } = await served()
  expect((await reports.read('active-findings', { cvss: [null, '9.8'] })).rows.length).toBe(2)
  expect((await reports.read('active-findings', { severity: [] })).rows.length).toBe(0)
  expect(seen.map(({ method }) => method)).toEqual(['POST', 'POST'])
  const error = await failing(reports.read('active-findings', { severity: ['lost' as 'high', null as never] }))
  expect([error.code, error.status]).toEqual(['PARAMETER_INVALID', 400])
})

test('what the client has is not sent again, and is as current as the server says', async () => {
  const { reports, seen, engine } = await served()
  const first = await reports.read('active-findings')
  engine.freshnessNow = { asOf: '2026-11-21T09:00:30Z', lagSeconds: 2 }
  const again = await reports.read('active-findings')
  expect(seen.map(({ status }) => status)).toEqual([200, 304])
  expect(again).toEqual({ ...first, asOf: '2026-11-21T09:00:30Z', lagSeconds: 2 })
  expect(again.rows).toBe(first.rows)
  await reports.list()
  await reports.list()
  expect(seen.at(-1)?.status).toBe(304)
})

test('how far the counters of a report have come is known, whether its rows came or not', async () => {
  const { reports, engine, seen } = await served()
  const freshness = { asOf: '2026-11-21T09:00:30Z', lagSeconds: 2, building: true } as const
  const progress = async () => (await reports.read('active-findings')).progress
  engine.freshnessNow = { ...freshness, progress: 0.25 }
  expect(await progress()).toBe(0.25)
  engine.freshnessNow = { ...freshness, progress: 0.5 }
  expect(await progress()).toBe(0.5)
  engine.freshnessNow = freshness
  expect(await progress()).toBeNull()
  expect(seen.map(({ status }) => status)).toEqual([200, 304, 304])
  engine.before = async () => {
    throw new MillraceError('REPORT_BUILDING', 'not yet', { progress: 0.75, retryAfter: 15 })
  }
  expect(await failing(reports.read('active-findings'))).toMatchObject({ code: 'REPORT_BUILDING', progress: 0.75 })
})

test('several reports come in one request, each answered or refused by itself, and unchanged ones are not sent again', async () => {
  const { reports, seen, engine } = await served()
  const read = () =>
    reports.readMany([{ report: 'active-findings' }, { report: 'no-such-report' as 'active-findings' }])
  const [findings, unknown] = await read()
  expect('problem' in unknown && unknown.problem.code).toBe('REPORT_NOT_FOUND')
  engine.freshnessNow = { asOf: '2026-11-21T09:00:30Z', lagSeconds: 2 }
  const [again] = await read()
  expect('answer' in again && again.answer.lagSeconds).toBe(2)
  expect('answer' in again && 'answer' in findings && again.answer.rows === findings.answer.rows).toBe(true)
  expect(seen.map(({ url }) => url)).toEqual(['/reports/rows', '/reports/rows'])
})

test('T1 what one viewer was answered is never another’s, although the client has kept it', async () => {
  let token = 'acme-all'
  const { reports } = await served({ token: () => token })
  const acme = await reports.read('active-findings')
  const list = await reports.list()
  token = 'globex-all'
  const globex = await reports.read('active-findings')
  expect(acme.rows.map(({ group }) => group)).not.toContain('globex-lab')
  expect(globex.rows.map(({ group }) => group)).toEqual(['globex-lab'])
  token = 'acme-bookings'
  expect((await reports.list()).length).toBeLessThan(list.length)
})

test('an error has the stable code, what it was about, and the request’s id', async () => {
  const { reports, endpoint } = await served()
  const error = await failing(reports.read('no-such-report' as 'active-findings'))
  expect(error).toMatchObject({ name: 'ReportError', code: 'REPORT_NOT_FOUND', status: 404, title: 'Report not found' })
  expect(error.requestId).toMatch(/.{8}/)
  const nobody = client<typeof sampleCatalog>({ endpoint, token: () => undefined })
  expect((await failing(nobody.list())).code).toBe('UNAUTHENTICATED')
  const elsewhere = client<typeof sampleCatalog>({ endpoint: 'http://127.0.0.1:1', deadlineSeconds: 0.1 })
  expect(await failing(elsewhere.list())).toMatchObject({ code: 'UNREACHABLE', status: undefined })
})

test('a token that was refused is renewed once, however many requests it was refused for', async () => {
  const asked: boolean[] = []
  let current = 'expired'
  const { reports, seen } = await served({
    token: ({ expired }) => {
      asked.push(expired)
      if (expired) current = 'acme-all'
      return current
    },
  })
  await Promise.all([reports.list(), reports.read('active-findings'), reports.describe('booking-comparison')])
  expect(asked.filter((expired) => expired).length).toBe(1)
  expect(seen.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(3)
})

test('what is refused for a while is asked for again, and not before the time that the server named', async () => {
  const { reports, engine, seen } = await served()
  let refusals = 1
  engine.before = async () => {
    if (refusals-- > 0) throw new MillraceError('TOO_BUSY', 'busy', { retryAfter: 1 })
  }
  const began = performance.now()
  expect((await reports.read('active-findings')).rows.length).toBe(2)
  expect(performance.now() - began).toBeGreaterThan(990)
  expect(seen.map(({ status }) => status)).toEqual([429, 200])
})

test('of several only what was refused is asked for again', async () => {
  const { reports, engine, audited } = await served()
  let refusals = 1
  engine.before = async ({ report }) => {
    if (report.name === 'booking-comparison' && refusals-- > 0)
      throw new MillraceError('REPLICA_UNAVAILABLE', 'away', { retryAfter: 1 })
  }
  const results = await reports.readMany([{ report: 'active-findings' }, { report: 'booking-comparison' }])
  expect(results.every((result) => 'answer' in result)).toBe(true)
  expect(audited.map(({ report }) => report).sort()).toEqual([
    'active-findings',
    'booking-comparison',
    'booking-comparison',
  ])
})

test('past the deadline nothing is waited for: the refusal is the answer', async () => {
  const { reports, engine } = await served({ deadlineSeconds: 0.5 })
  engine.before = async () => {
    throw new MillraceError('TOO_BUSY', 'busy', { retryAfter: 30 })
  }
  const began = performance.now()
  expect(await failing(reports.read('active-findings'))).toMatchObject({ code: 'TOO_BUSY', retryAfter: 30 })
  const [result] = await reports.readMany([{ report: 'active-findings' }])
  expect('problem' in result && result.problem.retryAfter).toBe(30)
  expect(performance.now() - began).toBeLessThan(5_000)
  engine.before = () => new Promise(() => {})
  expect(await failing(reports.read('active-findings'))).toMatchObject({
    code: 'UNREACHABLE',
    detail: 'there was no answer within 0.5 s',
  })
})

test('a reader who does not wait any more is told so, and the server stops', async () => {
  const { reports, engine } = await served()
  let stopped = false
  engine.before = ({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        stopped = true
        reject(signal.reason)
      })
    })
  const gone = new AbortController()
  const reading = reports.read('active-findings', {}, { signal: gone.signal })
  setTimeout(() => gone.abort(new Error('gone')), 50)
  await expect(reading).rejects.toThrow('gone')
  await eventually(() => expect(stopped).toBe(true))
})

test('the position of one’s own write goes with the question', async () => {
  const { reports, engine, seen } = await served()
  const asked: unknown[] = []
  engine.before = async ({ includes }) => {
    asked.push(includes)
  }
  await reports.read('active-findings', {}, { includes: '16/B374D848' })
  await reports.readMany([{ report: 'active-findings' }], { includes: '00000016b374d848' })
  expect(asked).toEqual(['00000016b374d848', '00000016b374d848'])
  expect(seen.every(({ headers }) => headers['millrace-position'] !== undefined)).toBe(true)
})

async function stored(options: Parameters<typeof startStored>[0] = {}): Promise<Stored> {
  const started = await startStored(options)
  open.push(() => started.close())
  return started
}

test('events come one after the other, across a server that was restarted, until nobody listens', async () => {
  const { url, store, host, listeners } = await stored()
  await store.commit('acme', ['active-findings'])
  const reports = client<typeof sampleCatalog>({ endpoint: url, token: () => 'acme-all' })
  const gone = new AbortController()
  const heard: ReportEvent[] = []
  const listening = (async () => {
    for await (const event of reports.events({ signal: gone.signal })) heard.push(event)
  })()
  await eventually(() => expect(heard[0]?.event).toBe('hello'))
  const position = await store.commit('acme', ['active-findings'])
  await eventually(() => expect(heard.at(-1)).toMatchObject({ event: 'changed', report: 'active-findings', position }))
  host.server.closeAllConnections()
  const missed = await store.commit('acme', ['active-findings'])
  // What changed while nobody was connected is told after the next hello, which goes on from the last event.
  await eventually(() => expect(heard.filter(({ event }) => event === 'hello').length).toBe(2))
  await eventually(() => expect(heard.findLast(({ event }) => event === 'changed')).toMatchObject({ position: missed }))
  expect(heard.findLast(({ event }) => event === 'hello')).toMatchObject({ since: position })
  gone.abort()
  await listening
  await eventually(() => expect(listeners()).toBe(0))
})

test('a connection on which nothing comes is taken for dead, and made anew', async () => {
  const { url } = await stored()
  const access = new Access({ endpoint: url, token: () => 'acme-all' })
  const gone = new AbortController()
  let interruptions = 0
  const heard = listen(access, {
    signal: gone.signal,
    silentMilliseconds: 100,
    restMilliseconds: 1,
    interrupted: () => interruptions++,
  })
  const events = [(await heard.next()).value?.event, (await heard.next()).value?.event]
  gone.abort()
  expect([events, interruptions]).toEqual([['hello', 'hello'], 1])
})

test('events end where no store answers a report, and whoever is not signed in is refused', async () => {
  const { url } = await stored({ changes: false })
  const reports = client<typeof sampleCatalog>({ endpoint: url, token: () => 'acme-all' })
  for await (const event of reports.events()) throw new Error(event.event)
  const nobody = client<typeof sampleCatalog>({ endpoint: url, token: () => 'nobody' })
  const listening = (async () => {
    for await (const event of nobody.events()) throw new Error(event.event)
  })()
  expect((await failing(listening)).code).toBe('UNAUTHENTICATED')
})
