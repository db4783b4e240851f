import { MillraceError } from '../errors.ts'

/** Settings of a server, as in postgresql.conf: name to value, without quotes. */
export type Settings = Readonly<Record<string, string>>

/**
 * The settings that every embedded server starts from: those of a production primary where Millrace depends on them, and
 * otherwise small, so that several servers fit on a laptop.
 */
export const embeddedSettings: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '32MB',
  max_wal_size: '256MB',

  wal_level: 'logical',
  hot_standby: 'on',
  // A standby that has lost its primary tries again after 5 s otherwise, and tests restart primaries.
  wal_retrieve_retry_interval: '100ms',

  // The data lives as long as the process that started the server. What a server has written survives its own crash
  // in the operating system's cache; only a crash of the machine could lose it, and that ends the data's life too.
  fsync: 'off',

  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %q%u@%d ',
}

/** Lines of postgresql.conf. A setting that stands later wins, and `ALTER SYSTEM` wins over all of them. */
export function settingLines(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => {
      if (!/^[a-z_][a-z0-9_.]*$/i.test(name) || /[\n\r\0]/.test(value))
        throw new MillraceError(
          'EMBEDDED_UNAVAILABLE',
          `the setting ${JSON.stringify(name)} cannot be written in postgresql.conf`,
        )
      return `${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'\n`
    })
    .join('')
}
