import { MillraceError } from '../errors.ts'

/** Throws REPORT_INVALID for one field of a definition, e.g. `measures.revenue`. */
export type Refuse = (field: string, what: string) => never

export const refusal =
  (definition: string): Refuse =>
  (field, what) => {
    throw new MillraceError('REPORT_INVALID', `${definition}, ${field}: ${what}`)
  }

export const isRecord = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const recordExpected = 'expected an object, whose members are named'
