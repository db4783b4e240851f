import { MillraceError } from '../errors.ts'
import { type AnalyticsSecret, parseAnalyticsSecret } from './analytics-secret.ts'
import { type FetchOptions, fetchSecret } from './fetch.ts'
import { locateSecret } from './locate.ts'
import type { ResolveReference } from './reference.ts'
import { parseReplicationSecret, type ReplicationSecret } from './replication-secret.ts'

export interface LoadOptions extends FetchOptions {
  /** What the setting is called where the user wrote it. Default: the name of the secret, `analytics` or `replication`. */
  readonly name?: string
}

/**
 * Reads and validates the analytics secret that a setting names: `aws-sm:NAME`, `file:/PATH` or `env:NAME`.
 * There is no fallback: a secret that is not entirely right is an error, and boot ends with it.
 *
 * Throws CONFIG_INVALID (the setting names no place), SECRET_MISSING (the place, or one that a member names, cannot be
 * read) or SECRET_INVALID (every wrong member is named). No error repeats a value of the secret, also not as a cause.
 */
export function loadSecret(setting: string, options: LoadOptions = {}): Promise<AnalyticsSecret> {
  return load(parseAnalyticsSecret, setting, options.name ?? 'analytics', options)
}

/** As `loadSecret`, of the secret that reaches the primary with the replication role; called `replication`. */
export function loadReplicationSecret(setting: string, options: LoadOptions = {}): Promise<ReplicationSecret> {
  return load(parseReplicationSecret, setting, options.name ?? 'replication', options)
}

async function load<Content>(
  parse: (text: string, resolve: ResolveReference) => Promise<Content>,
  setting: string,
  name: string,
  options: FetchOptions,
): Promise<Content> {
  const location = await labelled(name, () => locateSecret(setting))
  return await labelled(`${name} (${setting})`, async () => {
    const text = await fetchSecret(location, options)
    return await parse(text, async (reference) => await fetchSecret(locateSecret(reference), options))
  })
}

/** Puts the setting before what an error says. */
async function labelled<Value>(label: string, work: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error
    throw new MillraceError(error.code, `${label}: ${error.detail}`)
  }
}
