import type { Config } from '../config.ts'
import type { AnalyticsSecret } from '../secret/analytics-secret.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import { loadSecret } from '../secret/load-secret.ts'
import { replicationSettings } from './replication-settings.ts'

/** What a worker connects with. */
export interface FoldSecrets {
  readonly analytics: AnalyticsSecret
  readonly replication: ConnectionSettings
}

const restMilliseconds = 5_000

/**
 * Both secrets of a worker that runs for long. Nothing is read on a timer: that a server refuses the credentials is the sign, and the
 * secrets are then read again, at most once in five seconds.
 */
export class RotatingFoldSecrets {
  readonly #config: Pick<Config, 'analytics' | 'replication'>
  #current: FoldSecrets
  #readAt = performance.now()

  private constructor(config: Pick<Config, 'analytics' | 'replication'>, current: FoldSecrets) {
    this.#config = config
    this.#current = current
  }

  /** Throws CONFIG_INVALID, SECRET_MISSING, SECRET_INVALID. */
  static async load(config: Pick<Config, 'analytics' | 'replication'>): Promise<RotatingFoldSecrets> {
    return new RotatingFoldSecrets(config, await read(config))
  }

  get current(): FoldSecrets {
    return this.#current
  }

  /** Whether `current` is another now. What cannot be read, or is wrong, leaves it as it was. */
  async refresh(): Promise<boolean> {
    if (performance.now() - this.#readAt < restMilliseconds) return false
    this.#readAt = performance.now()
    const next = await read(this.#config).catch(() => undefined)
    if (next === undefined || isSame(next, this.#current)) return false
    this.#current = next
    return true
  }
}

async function read(config: Pick<Config, 'analytics' | 'replication'>): Promise<FoldSecrets> {
  const [replication, analytics] = [await replicationSettings(config), await loadSecret(config.analytics)]
  return { analytics, replication }
}

function isSame(one: FoldSecrets, other: FoldSecrets): boolean {
  // Passwords are not in the text.
  if (JSON.stringify(one) !== JSON.stringify(other)) return false
  const [some, others] = [one, other].map(({ replication, analytics: { replica, primary, store } }) =>
    [replication, replica, primary, store].flatMap((connection) =>
      connection && 'password' in connection ? connection.password : [],
    ),
  ) as [ConnectionSettings['password'][], ConnectionSettings['password'][]]
  return some.every((password, at) => others[at] !== undefined && password.equals(others[at]))
}
