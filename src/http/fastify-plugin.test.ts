import fastify from 'fastify'
import { expect, test } from 'vitest'
import { mounted } from '../../test/http/mounted.ts'
import { sample } from '../../test/http/sample.ts'
import { MillraceError } from '../errors.ts'
import { millraceReports } from './fastify-plugin.ts'

test('rows are answered with their freshness, their columns, and the request’s id', async () => {
  const { ask } = await mounted()
  const { status, headers, document } = await ask('/reports/active-findings/rows?group=acme-web&severity=high', {
    headers: { 'x-request-id': 'request-0001' },
  })
  expect(status).toBe(200)
  expect(headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'x-request-id': 'request-0001',
    'millrace-as-of': '2026-11-21T09:00:00.123456Z',
    'millrace-lag-seconds': '0.5',
    'cache-control': 'private, no-cache',
    vary: 'Accept-Language, Authorization, Cookie',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  })
  expect(headers).not.toHaveProperty('access-control-allow-origin')
  expect(document).toMatchObject({ asOf: '2026-11-21T09:00:00.123456Z', lagSeconds: 0.5, stale: false })
  expect(document.rows).toEqual([
    {
      severity: 'high',
      group: 'acme-web',
      groupLabel: 'Web servers of Acme',
      active: 2,
      worst: '9.8',
      effort: '9007199254740994',
      newest: '2026-09-21T14:13:20.123456Z',
      part: '1.0000',
    },
  ])
})

test('decimals and 64-bit integers are text, to the last digit, and any text comes through', async () => {
  const { ask } = await mounted()
  const { payload } = await ask('/reports/revenue-by-channel/rows?from=2026-11-01')
  expect(payload).toContain('"revenue":"9007199254740993.10"')
  const { document } = await ask('/reports/active-findings/rows?group=acme-office')
  expect(document.rows[0].groupLabel).toBe('Acme\u2028🏢 "office"')
})

test('T1 a tenant in the query, the path, a header or the body changes nothing', async () => {
  const { ask } = await mounted()
  const { document: own } = await ask('/reports/booking-comparison/rows')
  const headers = { 'x-tenant-id': 'globex', tenant: 'globex', 'x-forwarded-tenant': 'globex', cookie: 'tenant=globex' }
  expect((await ask('/reports/booking-comparison/rows', { headers })).document).toEqual(own)
  for (const query of ['tenant=globex', 'tenantId=globex', 'tenant_id=globex', '__proto__[tenant]=globex'])
    expect((await ask(`/reports/booking-comparison/rows?${query}`)).document.code).toBe('PARAMETER_INVALID')
  const inBody = (body: object) => ask('/reports/rows', { body })
  const request = { report: 'booking-comparison' }
  expect((await inBody({ requests: [request] })).document.results[0].answer.rows).toEqual(own.rows)
  for (const body of [{ requests: [request], tenant: 'globex' }, { requests: [{ ...request, tenant: 'globex' }] }])
    expect((await inBody(body)).document.code).toBe('REQUEST_INVALID')
  const { document } = await inBody({ requests: [{ ...request, params: { tenant: 'globex' } }] })
  expect(document.results[0].problem.code).toBe('PARAMETER_INVALID')
})

test('T7 a forbidden report and an unknown one are told the same, byte for byte but for the request’s id', async () => {
  const { ask, audited } = await mounted()
  const headers = { 'x-request-id': 'request-0001' }
  for (const path of ['', '/rows', '/rows?group=x', '/options/group', '/options/no-such-filter']) {
    const forbidden = await ask(`/reports/active-findings${path}`, { token: 'acme-bookings', headers })
    const unknown = await ask(`/reports/zzactive-findings${path}`, { token: 'acme-bookings', headers })
    expect(forbidden.payload).toBe(unknown.payload.replace('zzactive', 'active'))
    expect(forbidden.status).toBe(404)
    const [mine, other] = [forbidden.headers, unknown.headers].map(
      ({ date, 'content-length': length, ...rest }) => rest,
    )
    expect(mine).toEqual(other)
  }
  const batch = await ask('/reports/rows', {
    token: 'acme-bookings',
    headers,
    body: { requests: [{ report: 'active-findings' }, { report: 'zzactive-findings' }] },
  })
  const [forbidden, unknown] = batch.document.results
  expect(JSON.stringify(forbidden)).toBe(JSON.stringify(unknown).replaceAll('zzactive', 'active'))
  expect(audited.some(({ lacks }) => lacks === 'findings.read')).toBe(true)
})

test('T7 neither the list nor the OpenAPI document names a report that the viewer may not read', async () => {
  const { ask } = await mounted()
  for (const path of ['/reports', '/openapi.json']) {
    expect((await ask(path)).payload).toContain('active-findings')
    const { payload } = await ask(path, { token: 'acme-bookings' })
    expect(payload).not.toContain('active-findings')
    expect(payload).toContain('booking-comparison')
  }
})

test('nobody is told anything without being signed in', async () => {
  const { ask } = await mounted()
  for (const path of [
    '/reports',
    '/reports/x',
    '/reports/active-findings/rows',
    '/reports/x/options/y',
    '/openapi.json',
  ]) {
    const { status, headers, document } = await ask(path, { token: undefined })
    expect([status, document.code, headers['www-authenticate']]).toEqual([401, 'UNAUTHENTICATED', 'Bearer'])
  }
  const { document } = await ask('/reports/rows', { token: undefined, body: { nonsense: true } })
  expect(document.code).toBe('UNAUTHENTICATED')
})

test.each([
  ['no JSON', '{', 'application/json'],
  ['nothing', '', 'application/json'],
  ['another type', '<a/>', 'application/xml'],
  ['a prototype', '{"__proto__":{}}', 'application/json'],
  ['text', '"x"', 'application/json'],
  ['no list', '{"requests":{}}', 'application/json'],
  ['an empty list', '{"requests":[]}', 'application/json'],
  ['too many', JSON.stringify({ requests: Array(21).fill({ report: 'x' }) }), 'application/json'],
  ['too large a number', '{"requests":[{"report":"x","params":{"a":9007199254740993}}]}', 'application/json'],
  ['too long a name', JSON.stringify({ requests: [{ report: 'x'.repeat(101) }] }), 'application/json'],
  ['a nested value', '{"requests":[{"report":"x","params":{"a":{"b":1}}}]}', 'application/json'],
  ['too much', JSON.stringify({ requests: [{ report: 'x'.repeat(300_000) }] }), 'application/json'],
])('a body of %s is REQUEST_INVALID', async (_, payload, type) => {
  const { host } = await mounted()
  const answer = await host.inject({
    method: 'POST',
    url: '/api/reports/rows',
    headers: { authorization: 'Bearer acme-all', 'content-type': type },
    payload,
  })
  expect([answer.statusCode, answer.json().code]).toEqual([400, 'REQUEST_INVALID'])
})

test('it is live at once, and ready when reports can be read, as nobody in particular', async () => {
  const { ask, engine } = await mounted()
  expect((await ask('/health/live', { token: undefined })).document).toEqual({ status: 'live' })
  engine.freshness = async () => {
    throw new MillraceError('REPLICA_UNAVAILABLE', 'no connection', { retryAfter: 1 })
  }
  const { status, document, headers } = await ask('/health/ready', { token: undefined })
  expect([status, document.code, headers['cache-control']]).toEqual([503, 'REPLICA_UNAVAILABLE', 'no-store'])
})

test('metrics are served only where there are some', async () => {
  const { ask, metrics } = await mounted()
  expect((await ask('/metrics')).status).toBe(404)
  const { ask: scrape } = await mounted({ metrics })
  const { status, headers } = await scrape('/metrics', { token: undefined })
  expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
})

test('the plugin keeps to its own routes, and no habit of the host’s reaches it', async () => {
  const parts = await sample()
  const host = fastify({ routerOptions: { querystringParser: () => ({ parsed: 'by the host' }) } })
  host.setSerializerCompiler(() => () => 'serialized by the host')
  host.setValidatorCompiler(() => () => ({ error: new Error('refused by the host') }))
  host.setErrorHandler((_, __, reply) => reply.code(418).send('handled by the host'))
  host.get('/host', { schema: { response: { 200: { type: 'object' } } } }, async () => ({}))
  host.get('/host/fails', async () => {
    throw new Error('x')
  })
  host.register(millraceReports, { reports: parts.reports, viewer: parts.viewer })
  const own = await host.inject({ url: '/host' })
  expect([own.payload, own.headers['content-security-policy'], own.headers['x-request-id']]).toEqual([
    'serialized by the host',
    undefined,
    undefined,
  ])
  expect((await host.inject({ url: '/host/fails' })).statusCode).toBe(418)
  const url = '/reports/active-findings/rows?severity=low'
  const { statusCode, payload } = await host.inject({ url, headers: { authorization: 'Bearer acme-all' } })
  expect([statusCode, JSON.parse(payload).rows.length]).toEqual([200, 1])
  const problem = await host.inject({ url: '/reports/x', headers: { authorization: 'Bearer acme-all' } })
  expect(problem.json().code).toBe('REPORT_NOT_FOUND')
})

test('what a hook of the host refuses is the host’s to answer; what fails in it is a problem document', async () => {
  const parts = await sample()
  const host = fastify()
  let thrown: object = Object.assign(new Error('slow down'), { statusCode: 429 })
  host.addHook('onRequest', async () => {
    throw thrown
  })
  host.setErrorHandler((error, _, reply) => reply.code(429).send(`by the host: ${(error as Error).message}`))
  host.register(millraceReports, { reports: parts.reports, viewer: parts.viewer })
  const refused = await host.inject({ url: '/reports' })
  expect([refused.statusCode, refused.payload]).toEqual([429, 'by the host: slow down'])
  thrown = new Error('qzjxkvw')
  const { statusCode, headers, payload } = await host.inject({ url: '/reports' })
  expect([statusCode, headers['content-type']]).toEqual([500, 'application/problem+json; charset=utf-8'])
  expect(payload).not.toContain('qzjxkvw')
})
