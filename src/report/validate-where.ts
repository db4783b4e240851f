import type { Column, ColumnKind } from './column.ts'
import { isRecord, type Refuse, recordExpected } from './refusal.ts'
import { isTest, resolveWhere } from './resolve-where.ts'

/** Kinds whose values have an order that both engines share. An enum sorts by its declaration, which SQL does not know. */
const ranged: readonly ColumnKind[] = ['text', 'integer', 'bigint', 'decimal', 'real', 'timestamp', 'date']

/** The conditions on a source's rows. */
export function validateWhere(
  field: string,
  where: Readonly<Record<string, unknown>>,
  columns: Readonly<Record<string, Column>>,
  refuse: Refuse,
): void {
  if (!isRecord(where)) refuse(field, recordExpected)
  for (const [property, condition] of Object.entries(where)) {
    if (condition === undefined) continue
    const at = `${field}.${property}`
    const column = Object.hasOwn(columns, property) ? columns[property] : undefined
    if (column === undefined) refuse(at, 'the source has no such column')
    validateForm(at, column, condition, refuse)
    try {
      resolveWhere(columns, { [property]: condition })
    } catch (cause) {
      refuse(at, (cause as Error).message)
    }
  }
}

function validateForm(field: string, column: Column, condition: unknown, refuse: Refuse): void {
  if (!isTest(condition)) {
    const holdsNull = condition === null || (Array.isArray(condition) && condition.includes(null))
    if (holdsNull && !column.nullable) refuse(field, 'the column is never null')
    return
  }
  if (condition.test !== 'not' && condition.test !== 'range') refuse(field, 'expected a value, a list, or a test')
  if (condition.test !== 'range') return
  if (!ranged.includes(column.type.kind)) refuse(field, `${column.type.kind} has no order to lie in a range of`)
  const bounds = ['atLeast', 'below'].filter((bound) => bound in condition)
  if (bounds.length === 0 || bounds.some((bound) => condition[bound as 'atLeast' | 'below'] === undefined)) {
    refuse(field, 'a bound is undefined')
  }
}
