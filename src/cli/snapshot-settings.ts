import type { FoldSecrets } from './fold-secrets.ts'

/**
 * The standby, as the replication role reaches it: the role of the reports may not pause its replay, and should not. Undefined where
 * builds read on the primary.
 */
export function snapshotSettings({ analytics, replication }: FoldSecrets, wanted: 'replica' | 'primary' | undefined) {
  const { target, host, port, database, ssl, ca } = analytics.replica
  if ((wanted ?? (target === 'standby' ? 'replica' : 'primary')) === 'primary') return undefined
  const { user, password } = replication
  return { host, port, database, ssl, user, password, ...(ca === undefined ? {} : { ca }) }
}
