import { MillraceError } from '../errors.ts'
import type { AnalyticsSecret } from './analytics-secret.ts'
import type { ConnectionSettings } from './connection.ts'
import { type LoadOptions, loadSecret } from './load-secret.ts'

export interface RotationOptions {
  /** Milliseconds between the end of one reading and the start of the next. Default 5,000. */
  readonly restMs?: number
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number
}

/**
 * The analytics secret of a running process, whose user and password may be rotated. Nothing is read on a timer: the
 * database's refusal is the sign, and the secret is then read once again.
 */
export class RotatingSecret {
  readonly #read: () => Promise<AnalyticsSecret>
  readonly #restMs: number
  readonly #now: () => number
  #current: AnalyticsSecret
  #reading: Promise<void> | undefined
  #restUntil = Number.NEGATIVE_INFINITY

  constructor(secret: AnalyticsSecret, read: () => Promise<AnalyticsSecret>, options: RotationOptions = {}) {
    this.#current = secret
    this.#read = read
    this.#restMs = options.restMs ?? 5_000
    this.#now = options.now ?? (() => performance.now())
  }

  /** Reads the secret at boot; see `loadSecret` for its errors. */
  static async load(setting: string, options: LoadOptions & RotationOptions = {}): Promise<RotatingSecret> {
    const read = () => loadSecret(setting, options)
    return new RotatingSecret(await read(), read, options)
  }

  /** The same object until the credentials change. */
  current(): AnalyticsSecret {
    return this.#current
  }

  /**
   * Call it when the database refuses the credentials of `refused`, a former answer of `current`. True: `current` now
   * gives others, try once more. False: they are what they were, and stay refused. Many callers share one reading, and
   * those that come soon after share its outcome.
   *
   * Rejects with what `loadSecret` throws, and with TARGET_REFUSED where the secret now names anything but another user
   * or password: the target was proved at boot, so that another one needs a restart.
   */
  async refresh(refused: AnalyticsSecret): Promise<boolean> {
    if (refused === this.#current) await this.#readAgain()
    return refused !== this.#current
  }

  #readAgain(): Promise<void> {
    if (this.#reading === undefined || this.#now() >= this.#restUntil) {
      this.#restUntil = Number.POSITIVE_INFINITY
      this.#reading = this.#takeOver().finally(() => {
        this.#restUntil = this.#now() + this.#restMs
      })
    }
    return this.#reading
  }

  async #takeOver(): Promise<void> {
    const next = await this.#read()
    if (withoutCredentials(next) !== withoutCredentials(this.#current))
      throw new MillraceError('TARGET_REFUSED', 'the secret now names another target, which is proved at boot: restart')
    if (!sameCredentials(next, this.#current)) this.#current = next
  }
}

/** Whether an error of the driver says that the server does not accept user or password (SQLSTATE 28P01, 28000). */
export function isCredentialRefusal(error: unknown): boolean {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return code === '28P01' || code === '28000'
}

function withoutCredentials(secret: AnalyticsSecret): string {
  return JSON.stringify(secret, (name, value) => (name === 'user' || name === 'password' ? undefined : value))
}

function sameCredentials(one: AnalyticsSecret, other: AnalyticsSecret): boolean {
  const same = (a: ConnectionSettings, b: ConnectionSettings) => a.user === b.user && a.password.equals(b.password)
  // A member that one has the other has, too: all but the credentials is already known to be equal.
  return (['replica', 'primary', 'store'] as const).every((member) => {
    const [a, b] = [one[member], other[member]]
    // A table has none in the secret: its AWS credentials are those of the process.
    return !hasCredentials(a) || !hasCredentials(b) || same(a, b)
  })
}

const hasCredentials = (connection: object | undefined): connection is ConnectionSettings =>
  connection !== undefined && 'password' in connection
