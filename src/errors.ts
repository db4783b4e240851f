/**
 * Every error that Millrace raises, in one table.
 *
 * A code is stable: clients, alerts and `docs/reference/errors.md` (held equal to this table by a test) rely on it.
 * `status` is the HTTP status of the problem document (RFC 9457); an error of boot or of the command line has none.
 * `next` is the next step for whoever sees the error.
 */
export const errors = {
  REPORT_INVALID: { title: 'The report definition is invalid', next: 'Correct the definition that the detail names.' },
  CONFIG_INVALID: {
    title: 'The configuration is invalid',
    next: 'Correct the field that the detail names in millrace.config.ts.',
  },
  CONFIG_MISSING: {
    title: 'There is no configuration',
    next: 'Go to the folder of millrace.config.ts, or below it, or name the file with --config.',
  },
  FILE_INVALID: {
    title: 'A file cannot be used',
    next: 'Correct the file that the detail names; --debug shows where in it.',
  },
  PACKAGE_MISSING: {
    title: 'A package that is needed here is not installed',
    next: 'Install what the detail names beside millrace; it is an optional peer, since not every deployment needs it.',
  },
  COMMAND_INVALID: {
    title: 'The command cannot be run as it is written',
    next: 'Correct what the detail names; --help shows what there is.',
  },
  LISTEN_FAILED: {
    title: 'The server cannot listen',
    next: 'Free the address, or give another with --host and --port, or `listen` in millrace.config.ts.',
  },
  SECRET_MISSING: {
    title: 'A secret could not be read',
    next: 'Check that the setting names an existing secret and that this process may read it.',
  },
  SECRET_INVALID: {
    title: 'A secret is malformed',
    next: 'Correct the field that the detail names; docs/reference/secret.md shows the shape.',
  },
  TARGET_REFUSED: {
    title: 'The analytics target is not what the secret declares',
    next: 'Point the secret at a target of the declared kind, or declare what it is.',
  },
  CHECK_FAILED: {
    title: 'A report does not fit the database',
    next: 'Correct the report or the database as the detail says, then run `millrace check` again.',
  },
  UNAUTHENTICATED: { status: 401, title: 'Not signed in', next: 'Send a valid token.' },
  TENANT_UNKNOWN: {
    status: 403,
    title: 'The tenant has no access to reports',
    next: 'Ask the operator whether the tenant is on the allowlist.',
  },
  REPORT_NOT_FOUND: {
    status: 404,
    title: 'Report not found',
    next: 'List the reports with GET /reports; a report without the permission is not listed.',
  },
  NOT_FOUND: { status: 404, title: 'Not found', next: 'See /openapi.json for the paths that exist.' },
  PARAMETER_INVALID: {
    status: 400,
    title: 'A parameter is invalid',
    next: 'Correct the parameter that the detail names.',
  },
  REQUEST_INVALID: { status: 400, title: 'The request is malformed', next: 'Correct what the detail names.' },
  TOO_MANY_ROWS: {
    status: 422,
    title: 'The answer has more rows than the limit',
    next: 'Narrow the period or the filters, or give the report a `limit`.',
  },
  VALUE_REFUSED: {
    status: 422,
    title: 'A value cannot be reported exactly',
    next: 'Correct the source row: NaN and infinite values have no exact figure.',
  },
  TOO_BUSY: { status: 429, title: 'Too many reports at once', next: 'Try again after the time in Retry-After.' },
  REPLICA_UNAVAILABLE: {
    status: 503,
    title: 'The analytics target cannot be reached',
    next: 'Try again after the time in Retry-After.',
  },
  STATEMENT_TIMEOUT: {
    status: 503,
    title: 'The report took longer than its time limit',
    next: 'Narrow the period or the filters; the operator finds the statement with `millrace explain`.',
  },
  TENANTS_UNAVAILABLE: {
    status: 503,
    title: 'The tenant allowlist cannot be read',
    next: 'Try again after the time in Retry-After.',
  },
  KEYS_UNAVAILABLE: {
    status: 503,
    title: 'The keys that verify tokens cannot be read',
    next: 'Try again after the time in Retry-After.',
  },
  SOURCE_UNAVAILABLE: {
    title: 'The transactional database cannot be asked for its changes',
    next: 'Nothing, if it passes: it is tried again. Otherwise check the database, and the secret of the replication role.',
  },
  REPLICATION_UNPREPARED: {
    title: 'The transactional database is not prepared for folding',
    next: 'Run what the detail names, or `millrace plan`, which shows every statement, then `millrace apply`.',
  },
  EMBEDDED_UNAVAILABLE: {
    title: 'The embedded PostgreSQL cannot run',
    next: 'Correct what the detail names; it runs on Linux with glibc and on macOS, for the demo and the tests only.',
  },
  STORE_UNAVAILABLE: {
    status: 503,
    title: 'The reporting store cannot be reached',
    next: 'Try again after the time in Retry-After. The operator checks the store, and `store` in the analytics secret.',
  },
  STORE_CONFLICT: {
    title: 'The reporting store has moved on',
    next: 'Ask how far it has come, and continue from there; the fold does so by itself.',
  },
  STORE_LIMIT: {
    title: 'A counter does not fit the reporting store',
    next: 'Correct the values or the report that the detail names; docs/reference/store.md tells what each store holds.',
  },
  REPORT_BUILDING: {
    status: 503,
    title: 'The counters of this report are being built',
    next: 'Try again after the time in Retry-After; `progress` says how far they have come, where that is known.',
  },
  STORE_BUILD_GONE: {
    status: 503,
    title: 'The build of this report was replaced while it was read',
    next: 'Try again after the time in Retry-After.',
  },
  POSITION_NOT_REACHED: {
    status: 503,
    title: 'The answer would not hold what was asked for yet',
    next: 'Try again after the time in Retry-After, or ask without Millrace-Position.',
  },
  INTERNAL: { status: 500, title: 'Unexpected error', next: 'Give the request id to the operator.' },
} as const satisfies Record<string, ErrorDefinition>

interface ErrorDefinition {
  readonly title: string
  readonly next: string
  readonly status?: number
}

export type ErrorCode = keyof typeof errors

export interface ErrorOptions {
  readonly cause?: unknown
  /** Seconds after which trying again makes sense; becomes the `Retry-After` header. */
  readonly retryAfter?: number
  /** How far what is waited for has come, 0 to 1. */
  readonly progress?: number
}

/** An error with a stable code. `detail` says what is wrong and where, and never holds a secret or another tenant's data. */
export class MillraceError extends Error {
  override readonly name = 'MillraceError'
  readonly code: ErrorCode
  readonly detail: string
  readonly retryAfter: number | undefined
  readonly progress: number | undefined

  constructor(code: ErrorCode, detail: string, options: ErrorOptions = {}) {
    super(`${errors[code].title}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.detail = detail
    this.retryAfter = options.retryAfter
    this.progress = options.progress
  }

  /** The HTTP status, or undefined for an error that no request can meet. */
  get status(): number | undefined {
    return (errors[this.code] as ErrorDefinition).status
  }

  get next(): string {
    return errors[this.code].next
  }
}
