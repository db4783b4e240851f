import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { eventually } from '../../test/eventually.ts'
import { MillraceError } from '../errors.ts'
import { bigint, text } from '../report/column.ts'
import type { EngineAnswer, EngineRequest } from '../report/engine.ts'
import { count } from '../report/measure.ts'
import { report } from '../report/report.ts'
import { source } from '../report/source.ts'
import { type Comparison, createShadow, type ShadowOptions } from './shadow.ts'

const rows = source('row', { columns: { id: bigint(), tenant: text() }, key: 'id', tenant: 'tenant' })
const counted = report({ name: 'counted', permission: 'read', from: rows, measures: { rows: count() } })
const request: EngineRequest = {
  report: counted,
  tenant: 'acme',
  given: {},
  attributes: {},
  now: Temporal.Instant.from('2026-11-21T09:00:00Z'),
  signal: new AbortController().signal,
}
const freshness = { asOf: null, lagSeconds: null, timeZone: 'UTC', milliseconds: 1 } as const
const ofReplica = (position: string | null, count: number): EngineAnswer => ({
  engine: 'replica',
  position,
  rows: [{ rows: count }],
  ...freshness,
})
const ofStore = (position: string, changedAt: string, count: number) => ({
  ...ofReplica(position, count),
  engine: 'store' as const,
  changedAt,
})

/** What a comparison of an answer comes to; `stored` and `again` are given one after the other, the last again and again. */
async function compared(
  answer: EngineAnswer,
  stored: readonly (ReturnType<typeof ofStore> | null)[],
  again: readonly EngineAnswer[] = [answer],
  options: Partial<ShadowOptions> = {},
): Promise<{ outcome: Comparison['outcome']; asked: (string | undefined)[] }> {
  const asked: (string | undefined)[] = []
  let reads = 0
  const outcome = await new Promise<Comparison>((resolve) => {
    const shadow = createShadow({
      replica: { read: async () => again[Math.min(reads++, again.length - 1)] as EngineAnswer },
      store: {
        find: async ({ includes }) => {
          asked.push(includes)
          return stored[Math.min(asked.length - 1, stored.length - 1)] ?? null
        },
      },
      position: async () => '5',
      compared: resolve,
      ...options,
    })
    shadow.compare(request, answer)
  })
  expect(outcome).toMatchObject({ report: 'counted', tenant: 'acme' })
  return { outcome: outcome.outcome, asked }
}

test('F1 answers of one state are compared: the store is past all that the replica has shown, and has not changed since', async () => {
  expect(await compared(ofReplica('4', 7), [ofStore('6', '4', 7)])).toEqual({ outcome: 'equal', asked: ['5'] })
  expect((await compared(ofReplica('4', 7), [ofStore('6', '4', 8)])).outcome).toBe('different')
})

test('an answer that the store has moved past is read again, and skipped in the end', async () => {
  const moved = ofStore('6', '5', 8)
  expect(await compared(ofReplica('4', 7), [moved, ofStore('6', '5', 8)], [ofReplica('5', 8)])).toMatchObject({
    outcome: 'equal',
  })
  const { outcome, asked } = await compared(ofReplica('4', 7), [moved], [ofReplica('4', 7)])
  expect([outcome, asked.length]).toEqual(['skipped', 4])
})

test('what differs only once was seen a moment before its position said so', async () => {
  const stored = [ofStore('6', '4', 7)]
  expect((await compared(ofReplica('4', 8), stored, [ofReplica('4', 7)])).outcome).toBe('equal')
  expect((await compared(ofReplica('4', 8), stored, [ofReplica('4', 8)])).outcome).toBe('different')
})

test('nothing is compared without a build, or where nobody can tell the position', async () => {
  expect((await compared(ofReplica('4', 7), [null])).outcome).toBe('skipped')
  expect((await compared(ofReplica(null, 7), [ofStore('6', '4', 8)])).outcome).toBe('skipped')
  const { outcome } = await compared(ofReplica('4', 7), [ofStore('6', '4', 8)], undefined, {
    position: async () => null,
  })
  expect(outcome).toBe('skipped')
})

test('an engine that does not answer is no difference', async () => {
  const find = async () => {
    throw new MillraceError('STORE_UNAVAILABLE', 'away')
  }
  expect((await compared(ofReplica('4', 7), [], undefined, { store: { find } })).outcome).toBe('failed')
})

test('no more than a few are compared at once, and closing gives them up', async () => {
  const outcomes: Comparison['outcome'][] = []
  const signals: AbortSignal[] = []
  const shadow = createShadow({
    replica: { read: async () => ofReplica('4', 7) },
    store: {
      find: ({ signal }) =>
        new Promise((_, reject) => {
          signals.push(signal)
          signal.addEventListener('abort', () => reject(signal.reason))
        }),
    },
    position: async () => '5',
    compared: ({ outcome }) => outcomes.push(outcome),
    atOnce: 2,
  })
  for (let at = 0; at < 5; at++) shadow.compare(request, ofReplica('4', 7))
  await eventually(() => expect(signals.length).toBe(2))
  expect(outcomes).toEqual(['skipped', 'skipped', 'skipped'])
  shadow.close()
  await new Promise((resolve) => setImmediate(resolve))
  expect(outcomes.length).toBe(3)
})
