import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { MillraceError } from '../errors.ts'
import { bigint, text } from '../report/column.ts'
import type { EngineAnswer, EngineRequest, Freshness } from '../report/engine.ts'
import { count } from '../report/measure.ts'
import { report } from '../report/report.ts'
import { source } from '../report/source.ts'
import { sql } from '../report/sql.ts'
import { sqlReport } from '../report/sql-report.ts'
import { createRoutedEngine, type RoutedEngineOptions, routeOf } from './routed-engine.ts'

const rows = source('row', { columns: { id: bigint(), tenant: text() }, key: 'id', tenant: 'tenant' })
const named = (name: string) => report({ name, permission: 'read', from: rows, measures: { rows: count() } })
const raw = sqlReport({
  name: 'raw',
  permission: 'read',
  params: {},
  row: { id: bigint() },
  sql: () => sql`select id from ${rows}`,
})
const asking = (report: EngineRequest['report']): EngineRequest => ({
  report,
  tenant: 'acme',
  given: {},
  attributes: {},
  now: Temporal.Instant.from('2026-11-21T09:00:00Z'),
  signal: new AbortController().signal,
})
const answer: EngineAnswer = {
  engine: 'replica',
  position: '1',
  rows: [],
  asOf: null,
  lagSeconds: null,
  timeZone: 'UTC',
  milliseconds: 1,
}
const unavailable = (code: 'STORE_UNAVAILABLE' | 'REPLICA_UNAVAILABLE') => async (): Promise<never> => {
  throw new MillraceError(code, 'away')
}

function engineOf(routes: RoutedEngineOptions['routes'], options: Partial<RoutedEngineOptions['store']> = {}) {
  const compared: string[] = []
  const replica = {
    name: 'replica' as const,
    read: async () => answer,
    options: async () => [{ value: 'of the replica' }],
    freshness: async (): Promise<Freshness> => ({ asOf: null, lagSeconds: 2 }),
    close: async () => {},
  }
  const store: RoutedEngineOptions['store'] = {
    find: async () => ({ ...answer, engine: 'store', position: '2', changedAt: '1' }),
    findOptions: async () => [{ value: 'of the store' }],
    filling: async () => undefined,
    freshness: async () => ({ asOf: null, lagSeconds: 1 }),
    close: async () => {},
    ...options,
  }
  const shadow = { compare: ({ report }: EngineRequest) => compared.push(report.name) }
  return { engine: createRoutedEngine({ replica, store, routes, shadow }), replica, compared }
}

test.each([
  [
    { reports: 'all', shadow: [] },
    { a: 'store', b: 'store', raw: 'replica' },
  ],
  [
    { reports: 'all', shadow: ['a'] },
    { a: 'shadow', b: 'store', raw: 'replica' },
  ],
  [
    { reports: ['a'], shadow: [] },
    { a: 'store', b: 'replica', raw: 'replica' },
  ],
  [
    { reports: [], shadow: ['b'] },
    { a: 'replica', b: 'shadow', raw: 'replica' },
  ],
  [
    { reports: ['raw'], shadow: [] },
    { a: 'replica', b: 'replica', raw: 'replica' },
  ],
] as const)('%j', (routes, expected) => {
  const found = [named('a'), named('b'), raw].map((each) => [each.name, routeOf(each, routes)])
  expect(Object.fromEntries(found)).toEqual(expected)
})

test('each report is answered by its own engine, and says by which', async () => {
  const { engine, compared } = engineOf({ reports: ['a'], shadow: ['b'] })
  expect(await engine.read(asking(named('a')))).toEqual({ ...answer, engine: 'store', position: '2' })
  expect(await engine.read(asking(named('b')))).toEqual(answer)
  expect(await engine.read(asking(raw))).toEqual(answer)
  expect(compared).toEqual(['b'])
  expect(engine.engineOf?.(named('a'))).toBe('store')
  expect(engine.engineOf?.(named('b'))).toBe('replica')
  expect(await engine.options(asking(named('a')), 'x', 1)).toEqual([{ value: 'of the store' }])
  expect(await engine.options(asking(named('c')), 'x', 1)).toEqual([{ value: 'of the replica' }])
})

test('while no build is ready the replica answers, and the answer says so', async () => {
  const { engine } = engineOf({ reports: 'all', shadow: [] }, { find: async () => null, findOptions: async () => null })
  expect(await engine.read(asking(named('a')))).toEqual({ ...answer, building: true, progress: null })
  expect(await engine.options(asking(named('a')), 'x', 1)).toEqual([{ value: 'of the replica' }])
})

test('while its counters are built an answer says how far they have come; a build that nobody can ask for changes no answer', async () => {
  const none = { find: async () => null }
  const building = engineOf({ reports: 'all', shadow: [] }, { ...none, filling: async () => 0.4 })
  expect(await building.engine.read(asking(named('a')))).toEqual({ ...answer, building: true, progress: 0.4 })
  const away = engineOf({ reports: 'all', shadow: [] }, { ...none, filling: unavailable('STORE_UNAVAILABLE') })
  expect(await away.engine.read(asking(named('a')))).toEqual({ ...answer, building: true, progress: null })
})

test.each([
  ['REPLICA_UNAVAILABLE', 0.4, { code: 'REPORT_BUILDING', progress: 0.4, retryAfter: 15 }],
  ['STATEMENT_TIMEOUT', null, { code: 'REPORT_BUILDING', progress: undefined }],
  ['STATEMENT_TIMEOUT', undefined, { code: 'STATEMENT_TIMEOUT' }],
  ['TOO_BUSY', 0.4, { code: 'TOO_BUSY' }],
] as const)('where the replica fails with %s meanwhile, and %j has been counted: %j', async (code, share, expected) => {
  const { engine, replica } = engineOf(
    { reports: 'all', shadow: [] },
    { find: async () => null, filling: async () => share },
  )
  const cause = new MillraceError(code, 'of the replica')
  replica.read = async () => {
    throw cause
  }
  const error = await engine.read(asking(named('a'))).catch((error: unknown) => error)
  expect(error).toMatchObject(expected)
  if (expected.code === 'REPORT_BUILDING') expect((error as Error).cause).toBe(cause)
})

test('a store that cannot be reached is never answered for by the replica', async () => {
  const { engine } = engineOf(
    { reports: 'all', shadow: [] },
    { find: unavailable('STORE_UNAVAILABLE'), findOptions: unavailable('STORE_UNAVAILABLE') },
  )
  await expect(engine.read(asking(named('a')))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  await expect(engine.options(asking(named('a')), 'x', 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
})

test('reports can be read while one of the engines answers', async () => {
  const down = engineOf({ reports: 'all', shadow: [] }, { freshness: unavailable('STORE_UNAVAILABLE') })
  expect(await down.engine.freshness()).toMatchObject({ lagSeconds: 2 })
  down.replica.freshness = unavailable('REPLICA_UNAVAILABLE')
  await expect(down.engine.freshness()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
})
