import { expect, test } from 'vitest'
import { errors } from '../errors.ts'
import { judgeTarget, type TargetFacts } from '../secret/judge-target.ts'
import { reasonsOf, targetFindings } from './check-target.ts'

const writable: TargetFacts = { inRecovery: false, superuser: false, writableTables: [] }

const nextOf = (...[declared, facts]: Parameters<typeof judgeTarget>): readonly string[] => {
  const judgement = judgeTarget(declared, facts)
  const said = judgement.verdict === 'accepted' ? judgement.warnings : reasonsOf(judgement.error.detail)
  return targetFindings('error', said).map(({ next }) => next)
}

test('T5 each reason for which a target is refused has what mends it', () => {
  expect(nextOf('standby', writable)).toEqual([expect.stringContaining('name a read replica in the secret')])
  expect(nextOf('database', { ...writable, inRecovery: true })).toEqual(['declare "target": "standby" in the secret'])
  const writableTables = ['public.a', 'public.b', 'c.d', 'c.e']
  expect(nextOf('primary', { ...writable, writableTables })).toEqual([
    'revoke insert, update, delete, truncate on public.a, public.b, c.d from the role of the replica',
  ])
  expect(nextOf('database', { ...writable, superuser: true })).toEqual([expect.stringContaining('create role')])
  expect(nextOf('primary', writable)).toEqual([expect.stringContaining('make a read replica')])
})

test('T5 reasons that come together are findings of their own', () => {
  const next = nextOf('standby', { ...writable, sameClusterAsPrimary: false })
  expect(next.length).toBe(2)
  expect(next).toContain(errors.TARGET_REFUSED.next)
})

test.each([
  ['the role of the replica bypasses row-level security', 'alter role … nobypassrls'],
  ['the role of the replica has createrole', 'alter role … nocreaterole'],
  ['the role of the replica may create in public', 'revoke create on schema public from public, and from the role'],
  ['the role of the replica is a member of pg_write_all_data', 'revoke pg_write_all_data from the role of the replica'],
])('T5 %s: %s', (said, next) => {
  expect(targetFindings('warning', [said])).toEqual([{ severity: 'warning', about: 'target', problem: said, next }])
})
