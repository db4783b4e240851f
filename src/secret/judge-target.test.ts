import { expect, test } from 'vitest'
import { judgeTarget, type TargetFacts } from './judge-target.ts'

const standby: TargetFacts = { inRecovery: true, superuser: false, writableTables: [] }
const writable: TargetFacts = { inRecovery: false, superuser: false, writableTables: [] }

function refusal(...[declared, facts]: Parameters<typeof judgeTarget>): string {
  const judgement = judgeTarget(declared, facts)
  if (judgement.verdict === 'accepted') expect.fail('the target was accepted')
  expect(judgement.error.code).toBe('TARGET_REFUSED')
  return judgement.error.detail
}

test('T5 what is declared and true is accepted without a warning', () => {
  expect(judgeTarget('standby', standby)).toEqual({ verdict: 'accepted', warnings: [] })
  expect(judgeTarget('standby', { ...standby, sameClusterAsPrimary: true })).toEqual({
    verdict: 'accepted',
    warnings: [],
  })
  expect(judgeTarget('database', writable)).toEqual({ verdict: 'accepted', warnings: [] })
  expect(judgeTarget('database', { ...writable, sameClusterAsPrimary: false })).toEqual({
    verdict: 'accepted',
    warnings: [],
  })
})

test('T5 a server is a standby if and only if it is in recovery', () => {
  expect(refusal('standby', writable)).toContain('is not in recovery')
  expect(refusal('database', standby)).toContain('is in recovery')
  expect(refusal('primary', standby)).toContain('is in recovery')
})

test('T5 a standby of another server, and a primary that is called a database, are refused', () => {
  expect(refusal('standby', { ...standby, sameClusterAsPrimary: false })).toContain('standby of another server')
  expect(refusal('database', { ...writable, sameClusterAsPrimary: true })).toContain('that `primary` names')
})

test('T5 a role that may write is refused where a write would succeed', () => {
  for (const declared of ['database', 'primary'] as const) {
    expect(refusal(declared, { ...writable, superuser: true })).toContain('is a superuser')
    expect(refusal(declared, { ...writable, writableTables: ['app.finding'] })).toBe(
      'the role of the replica may write to app.finding: give it SELECT only',
    )
  }
  expect(refusal('database', { ...writable, writableTables: ['a.a', 'a.b', 'a.c', 'a.d', 'a.e'] })).toContain(
    'a.a, a.b, a.c and 2 more',
  )
})

test('T5 on a standby a role that may write is warned about, since the standby may be promoted', () => {
  expect(judgeTarget('standby', { ...standby, writableTables: ['app.finding'] })).toEqual({
    verdict: 'accepted',
    warnings: ['the role of the replica may write to app.finding: give it SELECT only'],
  })
  expect(judgeTarget('standby', { ...standby, superuser: true })).toMatchObject({
    verdict: 'accepted',
    warnings: [expect.stringContaining('superuser')],
  })
})

test('a primary is accepted with a warning', () => {
  expect(judgeTarget('primary', writable)).toMatchObject({
    verdict: 'accepted',
    warnings: [expect.stringContaining('transactional database')],
  })
})

test('every reason is named at once', () => {
  const detail = refusal('database', {
    inRecovery: true,
    superuser: false,
    writableTables: ['a.b'],
    sameClusterAsPrimary: true,
  })
  expect(detail.split('; ')).toHaveLength(3)
})
