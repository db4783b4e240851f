import { expect, test } from 'vitest'
import { planSql } from './plan-sql.ts'

const planned = { tables: 1, server: [], findings: [], steps: [], unused: [] }
const statementsIn = (script: string) => script.split('\n').filter((line) => line !== '' && !line.startsWith('--'))

test('R14 nothing that stands in a database ends a comment of the script', () => {
  const evil = 'x\n; drop table customer;\r\n drop table a;\u2028drop table b; --'
  const finding = { about: evil, problem: evil, next: evil, statement: evil }
  const script = planSql(
    {
      ...planned,
      server: [{ severity: 'warning', ...finding }],
      unused: [{ statement: evil, why: evil, effect: evil }],
    },
    { removesUnused: false },
  )
  expect(script).toContain('drop table')
  expect(statementsIn(script)).toEqual([])
})

test('R14 where a table is refused, no statement of the script can be run', () => {
  const step = { statement: 'alter table a replica identity full', why: 'w', effect: 'e' }
  const refused = { severity: 'refusal', about: 'table a', problem: 'p', next: 'n' } as const
  const run = planSql({ ...planned, steps: [step] }, { removesUnused: false })
  expect(statementsIn(run)).toEqual([`set lock_timeout = '200ms';`, 'alter table a replica identity full;'])
  const script = planSql({ ...planned, findings: [refused], steps: [step] }, { removesUnused: false })
  expect(script).toContain(`-- ${step.statement};\n`)
  expect(statementsIn(script)).toEqual([])
})
