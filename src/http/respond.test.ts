import { expect, test } from 'vitest'
import { mounted } from '../../test/http/mounted.ts'
import { MillraceError } from '../errors.ts'

test('an answer that the client has is not sent again, however its freshness has changed', async () => {
  const { ask, engine } = await mounted()
  const url = '/reports/active-findings/rows'
  const first = await ask(url)
  const tag = String(first.headers.etag)
  engine.freshnessNow = { asOf: '2026-11-21T09:00:30Z', lagSeconds: 2 }
  const again = await ask(url, { headers: { 'if-none-match': tag } })
  expect([again.status, again.payload]).toEqual([304, ''])
  expect(again.headers).toMatchObject({
    etag: tag,
    'millrace-as-of': '2026-11-21T09:00:30Z',
    'millrace-lag-seconds': '2',
    vary: 'Accept-Language, Authorization, Cookie',
    'cache-control': 'private, no-cache',
  })
  engine.freshnessNow = { asOf: '2026-11-21T09:00:30Z', lagSeconds: 61 }
  const stale = await ask(url, { headers: { 'if-none-match': tag } })
  expect([stale.status, stale.document.stale]).toEqual([200, true])
})

test('another tenant, another language or other rows have another tag', async () => {
  const { ask } = await mounted()
  const tags = await Promise.all(
    [
      ['acme-all', 'en', ''],
      ['acme-all', 'de', ''],
      ['acme-all', 'en', '?severity=low'],
      ['globex-all', 'en', ''],
    ].map(async ([token, language, query]) => {
      const headers = { 'accept-language': String(language) }
      return (await ask(`/reports/active-findings/rows${query}`, { token, headers })).headers.etag
    }),
  )
  expect(new Set(tags).size).toBe(4)
})

test('lists, descriptions, options and the OpenAPI document can be had by 304 too', async () => {
  const { ask } = await mounted()
  for (const path of [
    '/reports',
    '/reports/active-findings',
    '/reports/active-findings/options/group',
    '/openapi.json',
  ]) {
    const { headers } = await ask(path)
    expect((await ask(path, { headers: { 'if-none-match': String(headers.etag) } })).status).toBe(304)
  }
})

test('an error of the engine is a problem document that leaks nothing, and says when to try again', async () => {
  const { ask, engine } = await mounted()
  const failing = async (error: unknown) => {
    engine.before = async () => {
      throw error
    }
    const { status, headers, document } = await ask('/reports/active-findings/rows')
    expect(headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(headers).not.toHaveProperty('etag')
    return [status, document.code, headers['retry-after'], document.detail]
  }
  expect(await failing(new MillraceError('TOO_BUSY', 'many wait', { retryAfter: 3 }))).toEqual([
    429,
    'TOO_BUSY',
    '3',
    'many wait',
  ])
  expect(await failing(new MillraceError('REPLICA_UNAVAILABLE', 'no connection'))).toEqual([
    503,
    'REPLICA_UNAVAILABLE',
    '5',
    'no connection',
  ])
  const [status, code, , detail] = await failing(new Error('password qzjxkvw'))
  expect([status, code]).toEqual([500, 'INTERNAL'])
  expect(detail).not.toContain('qzjxkvw')
})

test('of several, what the client has is not sent again: only how current it is, whatever the others do', async () => {
  const { ask, engine } = await mounted()
  const requests = [{ report: 'active-findings' }, { report: 'booking-comparison' }, { report: 'no-such-report' }]
  const first = (await ask('/reports/rows', { body: { requests } })).document.results
  const alone = await ask('/reports/active-findings/rows')
  expect(first[0].etag).toBe(alone.headers.etag)
  engine.freshnessNow = { asOf: '2026-11-21T09:00:30Z', lagSeconds: 2 }
  const named = [{ ...requests[0], etag: first[0].etag }, { ...requests[1], etag: 'W/"another"' }, requests[2]]
  const again = (await ask('/reports/rows', { body: { requests: named } })).document.results
  const moment = { asOf: '2026-11-21T09:00:30Z', lagSeconds: 2, position: '0000000000000abc' }
  expect(again[0]).toEqual({ report: 'active-findings', etag: first[0].etag, unchanged: moment })
  expect(again[1]).toMatchObject({ etag: first[1].etag, answer: { ...moment, rows: first[1].answer.rows } })
  expect(again[2].problem.code).toBe('REPORT_NOT_FOUND')
  engine.freshnessNow = { asOf: '2026-11-21T09:00:30Z', lagSeconds: 61 }
  const stale = (await ask('/reports/rows', { body: { requests: named } })).document.results[0]
  expect(stale.answer.stale).toBe(true)
})

test('how far counters have come is told with an answer that has not changed, too, and in the refusal where there is none', async () => {
  const { ask, engine } = await mounted()
  const url = '/reports/active-findings/rows'
  const freshness = { asOf: '2026-11-21T09:00:30Z', lagSeconds: 2, building: true } as const
  engine.freshnessNow = { ...freshness, progress: 0.25 }
  const first = await ask(url)
  expect(first.document).toMatchObject({ building: true, progress: 0.25 })
  const etag = String(first.headers.etag)
  engine.freshnessNow = { ...freshness, progress: 0.5 }
  const again = await ask(url, { headers: { 'if-none-match': etag } })
  expect([again.status, again.headers['millrace-progress']]).toEqual([304, '0.5'])
  engine.freshnessNow = freshness
  const requests = [{ report: 'active-findings', etag }]
  const unknown = (await ask('/reports/rows', { body: { requests } })).document.results[0]
  expect(unknown.unchanged).toMatchObject({ lagSeconds: 2, progress: null })
  engine.before = async () => {
    throw new MillraceError('REPORT_BUILDING', 'not yet', { progress: 0.75, retryAfter: 15 })
  }
  const refused = await ask(url)
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '15'])
  expect(refused.document).toMatchObject({ code: 'REPORT_BUILDING', progress: 0.75 })
  const [one] = (await ask('/reports/rows', { body: { requests } })).document.results
  expect(one.problem).toMatchObject({ code: 'REPORT_BUILDING', progress: 0.75, retryAfter: 15 })
})
