import { MillraceError } from '../errors.ts'
import type { TargetKind } from './analytics-secret.ts'

/** What the target says of itself, asked over the very connection that reports will use. */
export interface TargetFacts {
  /** `pg_is_in_recovery()` */
  readonly inRecovery: boolean
  /** `rolsuper` of the role that is connected. */
  readonly superuser: boolean
  /** Tables that the role may insert into, update, delete from or truncate: `schema.table`. */
  readonly writableTables: readonly string[]
  /**
   * Whether the target and the secret's `primary` have one `system_identifier` (`pg_control_system()`). Absent where the
   * secret names no primary.
   */
  readonly sameClusterAsPrimary?: boolean
}

export type TargetJudgement =
  | { readonly verdict: 'accepted'; readonly warnings: readonly string[] }
  /** TARGET_REFUSED, with every reason at once. */
  | { readonly verdict: 'refused'; readonly error: MillraceError }

/**
 * Whether a target is what the secret declares (law T5). The declaration must be the truth in both directions: a server in
 * recovery is a `standby` and nothing else is. A role that may write is refused where a write would succeed, and warned
 * about on a standby, which refuses every write until the day it is promoted.
 */
export function judgeTarget(declared: TargetKind, facts: TargetFacts): TargetJudgement {
  const refusals: string[] = []
  const warnings: string[] = []

  if (declared === 'standby' && !facts.inRecovery)
    refusals.push('replica.target declares a standby, but the server is not in recovery')
  if (declared !== 'standby' && facts.inRecovery)
    refusals.push(`replica.target declares ${declared}, but the server is in recovery: declare standby`)
  if (declared === 'standby' && facts.sameClusterAsPrimary === false)
    refusals.push('the replica is a standby of another server than the one that `primary` names')
  if (declared === 'database' && facts.sameClusterAsPrimary === true)
    refusals.push('replica.target declares database, but it is the server that `primary` names')

  const power = powerToWrite(facts)
  if (power !== undefined) (declared === 'standby' ? warnings : refusals).push(`${power}: give it SELECT only`)
  if (declared === 'primary')
    warnings.push('reports run on the transactional database (replica.target is primary): make a read replica')

  if (refusals.length > 0)
    return { verdict: 'refused', error: new MillraceError('TARGET_REFUSED', refusals.join('; ')) }
  return { verdict: 'accepted', warnings }
}

function powerToWrite({ superuser, writableTables }: TargetFacts): string | undefined {
  if (superuser) return 'the role of the replica is a superuser'
  if (writableTables.length === 0) return undefined
  const shown = writableTables.slice(0, 3).join(', ')
  const others = writableTables.length > 3 ? ` and ${writableTables.length - 3} more` : ''
  return `the role of the replica may write to ${shown}${others}`
}
