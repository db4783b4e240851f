import { tables } from './0001-tables.ts'
import { filling } from './0002-filling.ts'
import { expiry } from './0003-expiry.ts'

export interface Migration {
  readonly number: number
  readonly name: string
  /** Statements, for a schema whose quoted name is given. */
  readonly statements: (schema: string) => string
}

/** In their order. One that was released is never changed: another follows it. */
export const migrations: readonly Migration[] = [
  { number: 1, name: 'tables', statements: tables },
  { number: 2, name: 'filling', statements: filling },
  { number: 3, name: 'expiry', statements: expiry },
]
