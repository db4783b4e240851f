import type { ErrorCode } from '../errors.ts'
import { statusOf } from './problem.ts'

const signedIn = ['UNAUTHENTICATED', 'TENANT_UNKNOWN', 'INTERNAL', 'TENANTS_UNAVAILABLE', 'KEYS_UNAVAILABLE'] as const
const reading = [
  'TOO_MANY_ROWS',
  'VALUE_REFUSED',
  'TOO_BUSY',
  'REPLICA_UNAVAILABLE',
  'STATEMENT_TIMEOUT',
  'STORE_UNAVAILABLE',
  'REPORT_BUILDING',
  'STORE_BUILD_GONE',
  'POSITION_NOT_REACHED',
] as const

/** The errors that each kind of operation may answer with. */
export const operationErrors = {
  list: signedIn,
  document: signedIn,
  events: [...signedIn, 'TOO_BUSY', 'STORE_UNAVAILABLE'],
  describe: [...signedIn, 'REPORT_NOT_FOUND', 'REQUEST_INVALID'],
  read: [...signedIn, ...reading, 'REPORT_NOT_FOUND', 'PARAMETER_INVALID', 'REQUEST_INVALID'],
  readMany: [...signedIn, 'REQUEST_INVALID'],
  options: [...signedIn, ...reading, 'REPORT_NOT_FOUND', 'NOT_FOUND', 'REQUEST_INVALID'],
  live: [],
  ready: ['INTERNAL', 'TENANTS_UNAVAILABLE', 'REPLICA_UNAVAILABLE', 'STORE_UNAVAILABLE'],
  metrics: [],
} as const satisfies Record<string, readonly ErrorCode[]>

export type OperationKind = keyof typeof operationErrors

/** The codes by status, the lowest first. */
export function errorsByStatus(kind: OperationKind): ReadonlyMap<number, readonly ErrorCode[]> {
  const statuses = new Map<number, ErrorCode[]>()
  for (const code of [...operationErrors[kind]].sort((a, b) => statusOf(a) - statusOf(b)))
    statuses.set(statusOf(code), [...(statuses.get(statusOf(code)) ?? []), code])
  return statuses
}
