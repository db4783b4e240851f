import { errors } from '../errors.ts'
import { error, type Finding, warning } from './finding.ts'

const about = 'target'

/** What mends a refusal or a warning of `verifyTarget`, by what it says. */
const remedies: readonly (readonly [said: RegExp, next: (found: RegExpExecArray) => string])[] = [
  [
    /declares a standby, but the server is not in recovery$/,
    () => 'name a read replica in the secret, or declare what it is: "target": "database" (or "primary", for a time)',
  ],
  [/but the server is in recovery: declare standby$/, () => 'declare "target": "standby" in the secret'],
  [
    /may write to (.+?)( and \d+ more)?: give it SELECT only$/,
    ([, tables]) => `revoke insert, update, delete, truncate on ${tables} from the role of the replica`,
  ],
  [
    /is a superuser: give it SELECT only$/,
    () =>
      'give the replica a role of its own: create role millrace_reader login password …; ' +
      'grant usage on schema … to millrace_reader; grant select on all tables in schema … to millrace_reader',
  ],
  [/bypasses row-level security$/, () => 'alter role … nobypassrls'],
  [/may create in (.+)$/, ([, schema]) => `revoke create on schema ${schema} from public, and from the role`],
  [/is a member of (.+)$/, ([, role]) => `revoke ${role} from the role of the replica`],
  [/has (createdb|createrole|replication)$/, ([, attribute]) => `alter role … no${attribute}`],
  [/replica\.target is primary/, () => 'make a read replica, and name it in the secret with "target": "standby"'],
]

/** What the target's proof says, as findings: the reasons of a TARGET_REFUSED are errors, and what it warns of warnings. */
export function targetFindings(severity: Finding['severity'], said: readonly string[]): Finding[] {
  return said.map((problem) => (severity === 'error' ? error : warning)(about, problem, remedyFor(problem)))
}

/** The reasons of a TARGET_REFUSED, which has them all in one detail. */
export const reasonsOf = (detail: string): string[] => detail.split('; ')

function remedyFor(problem: string): string {
  for (const [said, next] of remedies) {
    const found = said.exec(problem)
    if (found !== null) return next(found)
  }
  return errors.TARGET_REFUSED.next
}
