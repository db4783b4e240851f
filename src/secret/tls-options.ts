import type { ConnectionOptions } from 'node:tls'
import type { ConnectionSettings } from './connection.ts'

/**
 * What a connection's `ssl` means to Node.js, as the `ssl` member of a `pg` configuration. The check of the certificate is
 * stated, so that neither `PGSSLMODE` nor `NODE_TLS_REJECT_UNAUTHORIZED` of the environment can take it away.
 */
export function tlsOptions({ ssl, ca }: Pick<ConnectionSettings, 'ssl' | 'ca'>): false | ConnectionOptions {
  switch (ssl) {
    case 'disable':
      return false
    case 'require':
      return { rejectUnauthorized: false }
    case 'verify-full':
      return { rejectUnauthorized: true, ...(ca !== undefined && { ca }) }
  }
}
