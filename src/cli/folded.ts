import { configuredTenants } from '../configured-tenants.ts'
import { MillraceError } from '../errors.ts'
import type { FoldedSource } from '../replication/published-table.ts'
import type { ReportDefinition } from '../report/report.ts'
import { type AnySource, bySchema, definition } from '../report/source.ts'
import { loadSecret } from '../secret/load-secret.ts'
import type { LoadedConfig } from './load-config.ts'
import { suggestion } from './nearest.ts'

/** What of a configuration is folded. */
export interface Folded {
  readonly reports: readonly ReportDefinition[]
  /** Those of the reports, each once. */
  readonly sources: readonly Required<FoldedSource>[]
}

/** A raw report is always answered by the replica. Throws CONFIG_INVALID where `fold` names a table of no source, or no report. */
export function foldedBy({ reports, fold }: LoadedConfig): Folded {
  const declarative = reports.reports.filter((report): report is ReportDefinition => report.node === 'report')
  const sources: AnySource[] = [...new Set(declarative.map(({ from }) => from))]
  const tables = sources.map((source) => source[definition].table)
  const insertOnly = fold?.insertOnly ?? []
  const unknown = insertOnly.find((table) => !tables.includes(table))
  if (unknown !== undefined) {
    const said = `fold.insertOnly: no declarative report has the source ${JSON.stringify(unknown)}`
    throw new MillraceError('CONFIG_INVALID', `${said}; ${suggestion(unknown, [...new Set(tables)])}`)
  }
  const names = declarative.map(({ name }) => name)
  const unsharded = Object.keys(fold?.shards ?? {}).find((name) => !names.includes(name))
  if (unsharded !== undefined) {
    const said = `fold.shards: there is no declarative report ${JSON.stringify(unsharded)}`
    throw new MillraceError('CONFIG_INVALID', `${said}; ${suggestion(unsharded, names)}`)
  }
  return {
    reports: declarative,
    sources: sources.map((source) => ({ source, isInsertOnly: insertOnly.includes(source[definition].table) })),
  }
}

/**
 * The schemas of the tenants, where a source is tenanted by schema; none otherwise. Throws TENANTS_UNAVAILABLE, and what reading the
 * analytics secret throws where a table lists the tenants.
 */
export async function schemasOf(
  config: LoadedConfig,
  { sources }: Folded,
  warn: (message: string) => void,
): Promise<readonly string[]> {
  if (!sources.some(({ source }) => source[definition].tenant === bySchema)) return []
  const { tenants } = config
  const isTable = typeof tenants !== 'function' && 'table' in tenants
  const secret = isTable ? await loadSecret(config.analytics) : undefined
  const allowlist = configuredTenants(config, () => secret as NonNullable<typeof secret>, { warn })
  try {
    await allowlist.start()
    return allowlist.list().flatMap(({ schema }) => (schema === undefined ? [] : [schema]))
  } finally {
    allowlist.close()
  }
}

/** Where builds read the rows that they start from. What is not said, and cannot be read from the secret, is the primary. */
export async function snapshotsOf({ fold, analytics }: LoadedConfig): Promise<'replica' | 'primary'> {
  if (fold?.snapshots !== undefined) return fold.snapshots
  const secret = await loadSecret(analytics).catch(() => undefined)
  return secret?.replica.target === 'standby' ? 'replica' : 'primary'
}
