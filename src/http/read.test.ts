import { setImmediate as turn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { person, sample } from '../../test/http/sample.ts'
import { MillraceError } from '../errors.ts'
import type { EngineRequest } from '../report/engine.ts'
import { mostReports } from './read-many.ts'

const acme = person('acme', ['findings.read', 'bookings.read'], { groups: ['acme-web'], other: ['x'] })
const guest = person('acme', [])
const stranger = person('initech', ['findings.read', 'bookings.read'])
const between = { from: '2026-11-01', to: '2026-11-04' }

test('an answer says what it is current to, whose days it is about, and what its columns are', async () => {
  const { reports } = await sample()
  const answer = await reports.read(acme, 'bookings-between', between, { languages: ['de'] })
  expect(answer).toEqual({
    report: 'bookings-between',
    asOf: '2026-11-21T09:00:00.123456Z',
    lagSeconds: 0.5,
    stale: false,
    timeZone: 'UTC',
    engine: 'replica',
    position: '0000000000000abc',
    columns: [
      { name: 'time', role: 'time', kind: 'date', nullable: false, grain: 'day', label: 'time' },
      { name: 'bookings', role: 'measure', kind: 'integer', nullable: false, label: 'bookings' },
    ],
    rows: [
      { time: '2026-11-01', bookings: 0 },
      { time: '2026-11-02', bookings: 0 },
      { time: '2026-11-03', bookings: 1 },
    ],
  })
})

test('texts are in the first language that they have', async () => {
  const { reports } = await sample()
  expect(reports.list(acme, ['fr', 'de'])[0]?.title).toBe('Offene Befunde')
  expect(reports.list(acme)[0]?.title).toBe('Active findings')
  const { columns, filters } = reports.describe(acme, 'active-findings', ['de-AT'])
  expect(columns[0]).toMatchObject({ label: 'Schwere', values: [{ value: 'high', label: 'Hoch' }, {}, {}] })
  expect(columns.find(({ name }) => name === 'groupLabel')?.label).toBe('Gruppe')
  expect(filters[0]).toMatchObject({ name: 'severity', label: 'Schwere', required: false })
})

test('an answer is stale when it is older than the report allows, or when nobody can tell', async () => {
  const { reports, engine } = await sample()
  const staleAt = async (lagSeconds: number | null, report: 'active-findings' | 'booking-comparison') => {
    engine.freshnessNow = { asOf: lagSeconds === null ? null : '2026-11-21T09:00:00Z', lagSeconds }
    return (await reports.read(acme, report, {})).stale
  }
  expect(await staleAt(60, 'active-findings')).toBe(false)
  expect(await staleAt(60.001, 'active-findings')).toBe(true)
  expect(await staleAt(null, 'active-findings')).toBe(true)
  expect(await staleAt(1e9, 'booking-comparison')).toBe(false)
  expect(await staleAt(null, 'booking-comparison')).toBe(false)
})

test('T7 a report that the viewer may not read is not listed, and is unknown to every question', async () => {
  const { reports, engine } = await sample()
  const asked = vi.fn(async () => {})
  engine.before = asked
  const bookings = person('acme', ['bookings.read'])
  expect(reports.list(bookings).map(({ name }) => name)).not.toContain('active-findings')
  expect(reports.list(guest)).toEqual([])
  const unknown = 'no-such-report' as 'active-findings'
  for (const ask of [
    async (name: 'active-findings') => reports.describe(bookings, name),
    (name: 'active-findings') => reports.read(bookings, name, {}),
    (name: 'active-findings') => reports.options(bookings, name, 'group'),
    (name: 'active-findings') => reports.options(bookings, name, 'no-such-filter'),
  ]) {
    const [refused, absent] = await Promise.all([told(ask('active-findings')), told(ask(unknown))])
    expect(refused).toEqual({ code: 'REPORT_NOT_FOUND', detail: 'there is no report "active-findings"' })
    expect(absent).toEqual({ code: 'REPORT_NOT_FOUND', detail: 'there is no report "no-such-report"' })
  }
  expect(asked).not.toHaveBeenCalled()
})

test('T2 a tenant that is not on the allowlist learns nothing and reaches no engine', async () => {
  const { reports, engine } = await sample()
  const asked = vi.fn(async () => {})
  engine.before = asked
  for (const ask of [
    async () => reports.list(stranger),
    async () => reports.describe(stranger, 'active-findings'),
    async () => reports.describe(stranger, 'no-such-report' as 'active-findings'),
    () => reports.read(stranger, 'active-findings', {}),
    () => reports.readMany(stranger, [{ report: 'active-findings' }]),
    () => reports.options(stranger, 'active-findings', 'group'),
  ])
    expect(await told(ask())).toMatchObject({ code: 'TENANT_UNKNOWN' })
  expect(asked).not.toHaveBeenCalled()
})

test('T1 the engine is asked for the viewer’s tenant, and told only the attributes that the report looks at', async () => {
  const { reports, engine } = await sample()
  const asked: EngineRequest[] = []
  engine.before = async (request) => void asked.push(request as EngineRequest)
  await reports.read(acme, 'active-findings', { group: 'acme-web' })
  await reports.read(acme, 'booking-comparison', {})
  expect(asked.map(({ tenant, attributes }) => ({ tenant, attributes }))).toEqual([
    { tenant: 'acme', attributes: { groups: ['acme-web'] } },
    { tenant: 'acme', attributes: {} },
  ])
  await expect(reports.read(acme, 'active-findings', { tenant: 'globex' } as object)).rejects.toMatchObject({
    code: 'PARAMETER_INVALID',
  })
  expect(asked).toHaveLength(2)
})

test('T7 each read leaves an audit line, which has the names of parameters and none of their values', async () => {
  const { reports, engine, audited } = await sample()
  await reports.read(acme, 'active-findings', { group: 'qzjxkvw' }, { requestId: 'one' })
  await reports.options(acme, 'active-findings', 'group', { requestId: 'two' })
  await told(reports.read(guest, 'active-findings', {}, { requestId: 'three' }))
  await told(reports.read(acme, 'no-such-report' as 'active-findings', {}, { requestId: 'four' }))
  await told(reports.read(acme, 'bookings-between', { from: 'qzjxkvw', to: 'qzjxkvw' }, { requestId: 'five' }))
  await told(reports.read(acme, 'active-findings', { qzjxkvw: '1' } as object, { requestId: 'unknown' }))
  await told(reports.options(acme, 'active-findings', 'qzjxkvw', { requestId: 'unknown' }))
  engine.before = async () => {
    throw new Error('qzjxkvw')
  }
  await told(reports.read(acme, 'active-findings', {}, { requestId: 'six' }))
  expect(audited.map(({ milliseconds: _, ...line }) => line)).toEqual([
    line('report.read', 'active-findings', 'one', {
      parameters: ['group'],
      outcome: 'answered',
      rows: 0,
      asOf: '2026-11-21T09:00:00.123456Z',
    }),
    line('report.options', 'active-findings', 'two', { parameters: ['group'], outcome: 'answered', rows: 2 }),
    line('report.read', 'active-findings', 'three', {
      outcome: 'refused',
      code: 'REPORT_NOT_FOUND',
      lacks: 'findings.read',
    }),
    line('report.read', 'no-such-report', 'four', { outcome: 'refused', code: 'REPORT_NOT_FOUND' }),
    line('report.read', 'bookings-between', 'five', {
      parameters: ['from', 'to'],
      outcome: 'refused',
      code: 'PARAMETER_INVALID',
    }),
    line('report.read', 'active-findings', 'unknown', { outcome: 'refused', code: 'PARAMETER_INVALID' }),
    line('report.options', 'active-findings', 'unknown', { outcome: 'refused', code: 'NOT_FOUND' }),
    line('report.read', 'active-findings', 'six', { outcome: 'failed', code: 'INTERNAL' }),
  ])
  expect(JSON.stringify(audited)).not.toContain('qzjxkvw')
})

test('a reader who goes away is no failure', async () => {
  const { reports, engine, audited } = await sample()
  engine.before = ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  const gone = new AbortController()
  const reading = reports.read(acme, 'active-findings', {}, { signal: gone.signal })
  gone.abort()
  await expect(reading).rejects.toBe(gone.signal.reason)
  expect(audited).toMatchObject([{ outcome: 'cancelled' }])
  expect(audited[0]).not.toHaveProperty('code')
})

test('of several reports each answers or fails by itself, in the order of the requests', async () => {
  const { reports, audited } = await sample()
  const results = await reports.readMany(
    acme,
    [
      { report: 'booking-comparison' },
      { report: 'bookings-between', params: { from: '2026-11-02', to: '2026-11-01' } },
      { report: 'active-findings', params: { severity: ['high', 'low'] } },
      { report: 'no-such-report' as 'active-findings' },
    ],
    { requestId: 'several' },
  )
  expect(results).toMatchObject([
    { report: 'booking-comparison', answer: { rows: [{ bookings: { current: 2, previous: 1 } }] } },
    { report: 'bookings-between', problem: { code: 'PARAMETER_INVALID', requestId: 'several' } },
    { report: 'active-findings', answer: { rows: [{ severity: 'high', active: 2 }] } },
    { report: 'no-such-report', problem: { code: 'REPORT_NOT_FOUND', status: 404 } },
  ])
  expect(audited).toHaveLength(4)
  const alone = await reports.read(acme, 'booking-comparison', {})
  expect(results[0]).toEqual({ report: 'booking-comparison', answer: alone })
})

test('several reports are at least one and at most twenty, read a few at a time', async () => {
  const { reports, engine } = await sample()
  const request = { report: 'booking-comparison' } as const
  for (const count of [0, mostReports + 1])
    await expect(reports.readMany(acme, Array(count).fill(request))).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  let running = 0
  let most = 0
  engine.before = async () => {
    most = Math.max(most, ++running)
    await turn()
    running -= 1
  }
  expect(await reports.readMany(acme, Array(mostReports).fill(request))).toHaveLength(mostReports)
  expect(most).toBe(4)
})

test('a list of options says whether it is complete', async () => {
  const { reports, engine } = await sample()
  expect(await reports.options(acme, 'active-findings', 'group')).toMatchObject({ complete: true })
  engine.options = async (_, __, limit) => Array.from({ length: limit }, (_, value) => ({ value }))
  const { options, complete } = await reports.options(acme, 'active-findings', 'group')
  expect([options.length, complete]).toEqual([1000, false])
})

test('a filter that the report does not have is not found, nor is one of a raw report', async () => {
  const { reports } = await sample()
  for (const report of ['active-findings', 'revenue-by-channel'] as const)
    expect(await told(reports.options(acme, report, 'asset'))).toMatchObject({ code: 'NOT_FOUND' })
})

test('it is ready when the allowlist is loaded and the engine answers', async () => {
  const { reports, engine, tenants } = await sample()
  expect(await reports.ready()).toEqual(engine.freshnessNow)
  engine.freshness = async () => {
    throw new MillraceError('REPLICA_UNAVAILABLE', 'gone')
  }
  expect(await told(reports.ready())).toMatchObject({ code: 'REPLICA_UNAVAILABLE' })
  tenants.list = () => {
    throw new MillraceError('TENANTS_UNAVAILABLE', 'too old')
  }
  expect(await told(reports.ready())).toMatchObject({ code: 'TENANTS_UNAVAILABLE' })
})

/** What a client is told. */
const told = (asked: Promise<unknown>) =>
  asked.then(
    () => 'answered',
    ({ code, detail }: MillraceError) => ({ code, detail }),
  )

const line = (event: string, report: string, requestId: string, rest: object) => ({
  event,
  report,
  tenant: 'acme',
  subject: 'somebody at acme',
  parameters: [],
  engine: 'replica',
  requestId,
  ...rest,
})
