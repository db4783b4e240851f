import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import type { Audit } from '../access/audit.ts'
import { loggedError } from './logged-error.ts'

/** Members that never stand in a log, however deep a library puts them into what it logs. */
const secret = ['authorization', 'cookie', 'set-cookie', 'password', 'token', 'secret', 'connectionString']
const depths = ['', '*.', '*.*.', '*.*.*.']

/**
 * What Millrace logs, as JSON lines. Neither a query string nor a parameter's value stands in it: they may be personal
 * data (a guest's name, an address) and must not outlive the request.
 */
const loggerOptions = {
  base: null,
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  formatters: { level: (label) => ({ level: label }) },
  serializers: { err: loggedError },
  redact: {
    paths: depths.flatMap((depth) =>
      secret.map((name) => (name.includes('-') ? `${depth.slice(0, -1)}["${name}"]` : `${depth}${name}`)),
    ),
    censor: '[redacted]',
  },
} as const satisfies LoggerOptions

export function createLogger(options: { readonly level?: string; readonly to?: DestinationStream } = {}): Logger {
  return pino(
    { ...loggerOptions, level: options.level ?? 'info' },
    options.to ?? pino.destination({ fd: 1, sync: false }),
  )
}

/** Audit lines in the log, whatever its level is (law T7). */
export function auditTo(logger: Logger): Audit {
  const audit = logger.child({ audit: true }, { level: 'info' })
  return (line) => audit.info(line, line.event)
}
