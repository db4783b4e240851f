import { expect, test } from 'vitest'
import { judgeServer } from './judge-server.ts'
import type { ServerFacts } from './server-facts.ts'

const fine: ServerFacts = {
  version: 180_004,
  encoding: 'UTF8',
  inRecovery: false,
  walLevel: 'logical',
  slots: 10,
  slotsUsed: 9,
  senders: 10,
  sendersUsed: 9,
  keptWal: '50GB',
  synchronousStandbys: '',
  idleSlotTimeout: '0',
  standbySlots: 'standby',
  hasStandbys: true,
  role: 'folding',
  database: 'app',
  mayReplicate: true,
  mayCreatePublications: true,
  isRds: false,
}
const judge = (change: Partial<ServerFacts>) => judgeServer({ ...fine, ...change })

test('a server that is set up is not found fault with', () => {
  expect(judgeServer(fine)).toEqual([])
  expect(judge({ idleSlotTimeout: null, standbySlots: null, version: 150_000 })).toEqual([])
  expect(judge({ standbySlots: '', hasStandbys: false })).toEqual([])
})

test('R11 all that is missing is named at once, each with the statement that mends it', () => {
  const found = judge({ walLevel: 'replica', slotsUsed: 10, sendersUsed: 12, mayReplicate: false, role: 'fold"ing' })
  expect(found.map(({ severity, about, statement }) => [severity, about, statement])).toEqual([
    ['refusal', 'wal_level', 'alter system set wal_level = logical'],
    ['refusal', 'max_replication_slots', 'alter system set max_replication_slots = 15'],
    ['refusal', 'max_wal_senders', 'alter system set max_wal_senders = 15'],
    ['refusal', 'role "fold"ing"', 'alter role "fold""ing" replication'],
  ])
})

test('R11 on Amazon RDS settings are parameters, and a role is granted what it may do', () => {
  const found = judge({ isRds: true, walLevel: 'replica', mayReplicate: false })
  expect(found).toMatchObject([
    { about: 'wal_level', next: expect.stringContaining('rds.logical_replication = 1 in the parameter group') },
    { statement: 'grant rds_replication to "folding"' },
  ])
  expect(found[0]).not.toHaveProperty('statement')
})

test.each([
  [{ version: 149_999 }, 'server'],
  [{ inRecovery: true }, 'server'],
  [{ encoding: 'SQL_ASCII' }, 'database'],
] as const)('a server that cannot serve is refused: %o', (change, about) => {
  expect(judge(change)).toMatchObject([{ severity: 'refusal', about }])
})

test.each(['*', 'FIRST 1 (*)', 'ANY 1 (s1, *)', 's1,*', 'FIRST 1 ("millrace changes")'])(
  'R14 a reader of changes must not be waited for by commits: %s',
  (synchronousStandbys) => {
    expect(judge({ synchronousStandbys })).toMatchObject([{ severity: 'refusal', about: 'synchronous_standby_names' }])
  },
)

test.each(['', 's1', 'FIRST 2 (s1, s2)', 'ANY 1 ("a*b")'])(
  'named standbys may be waited for: %s',
  (synchronousStandbys) => {
    expect(judge({ synchronousStandbys })).toEqual([])
  },
)

test.each([
  [{ keptWal: '-1' }, 'max_slot_wal_keep_size'],
  [{ idleSlotTimeout: '1d' }, 'idle_replication_slot_timeout'],
  [{ standbySlots: '' }, 'synchronized_standby_slots'],
  [{ mayCreatePublications: false }, 'role "folding"'],
] as const)('R10 what may cost something later is warned of: %o', (change, about) => {
  expect(judge(change)).toMatchObject([{ severity: 'warning', about }])
})
