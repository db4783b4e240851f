import { Temporal } from 'temporal-polyfill'
import { beforeEach, expect, test } from 'vitest'
import { at, committedAt, StoredRows } from '../../test/fold/stored-rows.ts'
import { MillraceError } from '../errors.ts'
import { bigint, enumOf, text, timestamp } from '../report/column.ts'
import type { EngineRequest } from '../report/engine.ts'
import { lookup } from '../report/lookup.ts'
import { count } from '../report/measure.ts'
import { type ReportDefinition, report } from '../report/report.ts'
import { bySchema, source } from '../report/source.ts'
import { defineBuild } from '../rollup/build-definition.ts'
import { MemoryStore } from '../store/memory/memory-store.ts'
import { type Build, origin } from '../store/report-store.ts'
import { createAllowlist } from '../tenancy/allowlist.ts'
import { createStoreEngine, type StoreEngineOptions } from './engine.ts'

const groups = source('asset_group', {
  columns: { id: text(), tenantId: text(), name: text() },
  key: 'id',
  tenant: 'tenantId',
})
const findings = source('finding', {
  columns: { id: bigint(), tenantId: text(), severity: enumOf('high', 'low'), group: text(), seenAt: timestamp() },
  key: 'id',
  tenant: 'tenantId',
})
const active = report({
  name: 'active',
  permission: 'read',
  from: findings,
  dimensions: { severity: findings.severity, group: findings.group },
  measures: { active: count() },
  filters: ['group'],
  restrict: { group: 'groups' },
  lookup: { group: lookup(groups, 'id', 'name') },
})
const tenants = [{ id: 'acme', timeZone: 'Europe/Berlin' }, { id: 'globex' }]
const millisecondsAfter = (seconds: number) => Number(committedAt / 1000n) + seconds * 1000

let stored: StoredRows
let store: MemoryStore

beforeEach(() => {
  stored = new StoredRows()
  store = stored.store
})

/** Adds rows of one tenant to a build that is ready, at a new position. */
const commit = (tenant: string, rows: readonly Record<string, string>[], of: ReportDefinition = active) =>
  stored.insert(tenants.find(({ id }) => id === tenant) ?? { id: tenant }, of, rows)

const row = (severity: string, group: string) => ({ severity, group, tenant_id: 'acme', seen_at: '0' })

async function engineOf(options: Partial<StoreEngineOptions> = {}) {
  const allowlist = createAllowlist(tenants)
  await allowlist.start()
  return createStoreEngine({
    store,
    allowlist,
    rowLimit: 100,
    labels: async () => ({}),
    now: () => millisecondsAfter(3),
    ...options,
  })
}

const asking = (given: Partial<EngineRequest> = {}): EngineRequest => ({
  report: active,
  tenant: 'acme',
  given: {},
  attributes: { groups: ['web', 'office'] },
  now: Temporal.Instant.from('2026-11-21T09:00:00Z'),
  signal: new AbortController().signal,
  ...given,
})

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error) => (error as MillraceError).code,
  )

test('F1 an answer is of the counters of the report’s build, at the position and time of the store', async () => {
  await commit('acme', [row('high', 'web'), row('high', 'web'), row('low', 'office')])
  const answer = await (await engineOf()).read(asking())
  expect(answer).toMatchObject({
    engine: 'store',
    position: at(16),
    asOf: '2026-09-21T14:13:20.123456Z',
    lagSeconds: 3,
    timeZone: 'Europe/Berlin',
    rows: [
      { severity: 'high', group: 'web', active: 2 },
      { severity: 'low', group: 'office', active: 1 },
    ],
  })
})

test('T7 what restricts a viewer restricts the rows and the options of filters', async () => {
  await commit('acme', [row('high', 'web'), row('low', 'office')])
  const engine = await engineOf()
  const restricted = asking({ attributes: { groups: ['web'] } })
  expect((await engine.read(restricted)).rows).toMatchObject([{ group: 'web' }])
  expect(await engine.options(restricted, 'group', 10)).toMatchObject([{ value: 'web' }])
  expect((await engine.read(asking({ attributes: {} }))).rows).toEqual([])
})

test('T2 who is not on the allowlist reaches no key', async () => {
  await commit('acme', [row('high', 'web')])
  const asked: string[] = []
  const read: MemoryStore['read'] = (stream, of, ranges) => {
    asked.push(of.tenant)
    return store.read(stream, of, ranges)
  }
  const engine = await engineOf({
    store: { read, progress: (stream) => store.progress(stream), fillings: async () => [], close: async () => {} },
  })
  expect(await codeOf(engine.read(asking({ tenant: 'initech' })))).toBe('TENANT_UNKNOWN')
  expect(await codeOf(engine.options(asking({ tenant: 'initech' }), 'group', 1))).toBe('TENANT_UNKNOWN')
  expect(asked).toEqual([])
})

test('T8 a read of the store takes a place, and gives it back before anything else is waited for', async () => {
  await commit('acme', [row('high', 'web')])
  const places: string[] = []
  let taken = 0
  const acquire = async (tenant: string) => {
    places.push(`${tenant} ${++taken}`)
    return () => {
      taken--
    }
  }
  const labels = async () => {
    expect(taken).toBe(0)
    return {}
  }
  const engine = await engineOf({ acquire, labels, positionWaitMilliseconds: 20 })
  await engine.read(asking())
  await engine.options(asking(), 'group', 10)
  expect(await codeOf(engine.read(asking({ includes: at(64) })))).toBe('POSITION_NOT_REACHED')
  expect(places).toEqual(['acme 1', 'acme 1', 'acme 1'])
  const full = async () => {
    throw new MillraceError('TOO_BUSY', 'full')
  }
  expect(await codeOf((await engineOf({ acquire: full })).read(asking()))).toBe('TOO_BUSY')
})

test('T6 one tenant’s counters never answer another', async () => {
  await commit('acme', [row('high', 'web')])
  const engine = await engineOf()
  expect(await engine.find(asking({ tenant: 'globex' }))).toBeNull()
})

test('T3 tenancy by schema takes a tenant that has one, as it does on the replica', async () => {
  const bookings = source('booking', { columns: { id: bigint(), station: text() }, key: 'id', tenant: bySchema })
  const stations = report({
    name: 'stations',
    permission: 'read',
    from: bookings,
    dimensions: { station: bookings.station },
    measures: { all: count() },
  })
  expect(await codeOf((await engineOf()).read(asking({ report: stations })))).toBe('TENANT_UNKNOWN')
})

test('where no build of the report as it is now is ready, there is no answer, and never an empty one', async () => {
  const engine = await engineOf()
  expect(await engine.find(asking())).toBeNull()
  expect(await engine.findOptions(asking(), 'group', 10)).toBeNull()
  expect(await codeOf(engine.read(asking()))).toBe('STORE_BUILD_GONE')
  await commit('acme', [row('high', 'web')])
  expect(await engine.find(asking())).not.toBeNull()
  const changed = report({ ...definitionOf(), where: { severity: 'high' } })
  expect(await engine.find(asking({ report: changed }))).toBeNull()
})

test('where its build is being filled, the refusal says how far that has come, as long as somebody tells', async () => {
  const told = store.tellFilling.bind(store)
  const { fingerprint } = defineBuild(active, { id: 'acme', timeZone: 'Europe/Berlin' })
  const wanted = { tenant: 'acme', report: 'active', definition: '', facts: '', startsAt: origin }
  const { epoch } = await store.progress('main')
  const former = { ...wanted, fingerprint: 'of another definition' }
  const [first, last] = await store.open('main', [{ ...wanted, fingerprint }, former], epoch)
  const [begin, end] = [first?.number as number, last?.number as number]
  let now = Date.now()
  const engine = await engineOf({ now: () => now })
  const refusal = async () => {
    const { code, progress, retryAfter } = await engine.read(asking()).catch((error) => error)
    return { code, progress, retryAfter }
  }
  const building = { code: 'REPORT_BUILDING', retryAfter: 5 }
  expect(await refusal()).toEqual({ ...building, progress: undefined })
  await told('main', { first: begin, last: end, share: 0.5, isOver: false })
  expect(await refusal()).toEqual({ ...building, progress: 0.5 })
  expect(await engine.filling(asking())).toBe(0.5)
  expect(await engine.filling(asking({ tenant: 'globex' }))).toBeUndefined()
  await expect(engine.options(asking(), 'group', 10)).rejects.toMatchObject(building)
  now += 61_000
  expect(await refusal()).toEqual({ ...building, progress: undefined })
  now -= 61_000
  await store.stop('main', [first as Build], 'why')
  expect((await refusal()).code).toBe('STORE_BUILD_GONE')
})

const definitionOf = () =>
  ({
    name: 'active',
    permission: 'read',
    from: findings,
    dimensions: { severity: findings.severity, group: findings.group },
    measures: { active: count() },
  }) as const

test('F4 the days of a tenant are a constant of its build: in another zone another build answers', async () => {
  const daily = report({
    name: 'daily',
    permission: 'read',
    from: findings,
    time: { column: findings.seenAt, grain: 'day', timeZone: 'tenant' },
    measures: { all: count() },
  })
  await commit('acme', [row('high', 'web')], daily)
  expect(await (await engineOf()).find(asking({ report: daily }))).not.toBeNull()
  const moved = createAllowlist([{ id: 'acme', timeZone: 'America/New_York' }])
  await moved.start()
  expect(await (await engineOf({ allowlist: moved })).find(asking({ report: daily }))).toBeNull()
})

test('labels are those that the wiring reads, of the values that the answer has', async () => {
  await commit('acme', [row('high', 'web'), row('low', 'office')])
  const asked: unknown[] = []
  const engine = await engineOf({
    labels: async (_, __, valuesOf) => {
      asked.push([...new Set(valuesOf('group'))].sort())
      return { group: new Map([['web', 'Web servers']]) }
    },
  })
  expect((await engine.read(asking())).rows).toMatchObject([{ groupLabel: 'Web servers' }, { groupLabel: null }])
  expect(await engine.options(asking(), 'group', 10)).toEqual([
    { value: 'office', label: null },
    { value: 'web', label: 'Web servers' },
  ])
  expect(asked).toEqual([
    ['office', 'web'],
    ['office', 'web'],
  ])
})

test('an answer that must hold a position waits for the store to reach it', async () => {
  await commit('acme', [row('high', 'web')])
  const engine = await engineOf()
  const waiting = engine.read(asking({ includes: at(32) }))
  await commit('acme', [row('low', 'web')])
  const answer = await waiting
  expect(answer.position).toBe(at(32))
  expect(answer.rows).toHaveLength(2)
})

test('and is POSITION_NOT_REACHED when the store stays behind, or nobody waits any more', async () => {
  await commit('acme', [row('high', 'web')])
  const engine = await engineOf({ positionWaitMilliseconds: 20 })
  expect(await codeOf(engine.read(asking({ includes: at(32) })))).toBe('POSITION_NOT_REACHED')
  const gone = new AbortController()
  gone.abort(new MillraceError('TOO_BUSY', 'gone'))
  expect(await codeOf(engine.read(asking({ includes: at(32), signal: gone.signal })))).toBe('TOO_BUSY')
})

test('the lag is never negative, and is that of the source’s clock where it is known at the position', async () => {
  await commit('acme', [row('high', 'web')])
  const behind = await engineOf({ now: () => millisecondsAfter(-5) })
  expect(await behind.freshness()).toEqual({ asOf: '2026-09-21T14:13:20.123456Z', lagSeconds: 0 })
  const told = { asOf: '2026-09-21T14:13:22Z', lagSeconds: 0.25 }
  const known = await engineOf({
    freshnessAt: (position) => (position === at(16) ? told : { asOf: null, lagSeconds: null }),
  })
  expect(await known.read(asking())).toMatchObject(told)
  expect(await (await engineOf({ store: new MemoryStore() })).freshness()).toEqual({ asOf: null, lagSeconds: null })
})

test('more rows than the limit are an error, never cut', async () => {
  await commit('acme', [row('high', 'web'), row('low', 'office')])
  expect(await codeOf((await engineOf({ rowLimit: 1 })).read(asking()))).toBe('TOO_MANY_ROWS')
})
