import type { Connection } from '../../src/embedded/connection.ts'

export interface Targets {
  /** What reads, as it reaches the primary. */
  readonly analytics: Connection
  readonly standbyPort: number
  /** What the secret says of the reporting store. */
  readonly store: object
}

/**
 * The analytics secret before the move to the store and after it: nothing else differs. As a deployment has it in AWS Secrets
 * Manager; here both lie in this process's environment.
 */
export function analyticsSecrets({ analytics, standbyPort, store }: Targets): { replica: string; store: string } {
  const primary = loginOf(analytics)
  const before = { replica: { ...primary, target: 'standby', port: standbyPort }, primary }
  process.env.BACK_OFFICE_REPLICA = JSON.stringify(before)
  process.env.BACK_OFFICE_ANALYTICS = JSON.stringify({ ...before, store })
  return { replica: 'env:BACK_OFFICE_REPLICA', store: 'env:BACK_OFFICE_ANALYTICS' }
}

const loginOf = ({ host, port, user, password, database }: Connection) => ({ host, port, user, password, database })
