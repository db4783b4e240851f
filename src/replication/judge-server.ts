import pg from 'pg'
import { applicationName } from './client.ts'
import { type Finding, refusal, warning } from './finding.ts'
import type { ServerFacts } from './server-facts.ts'

/** R11: all that stands in the way on the side of the server and the role, each with what mends it. */
export function judgeServer(facts: ServerFacts): Finding[] {
  return [...judgeKind(facts), ...judgeSettings(facts), ...judgeRole(facts), ...judgeHarm(facts), ...judgeRisks(facts)]
}

function judgeKind({ version, encoding, inRecovery }: ServerFacts): Finding[] {
  const findings: Finding[] = []
  if (version < 150_000) findings.push(refusal('server', 'is older than PostgreSQL 15', 'upgrade it'))
  if (inRecovery)
    findings.push(
      refusal('server', 'is a standby', 'name the primary in the replication secret: changes are read there'),
    )
  if (encoding === 'SQL_ASCII')
    findings.push(
      refusal('database', 'does not say how its text is encoded', 'copy it into one with the encoding UTF8'),
    )
  return findings
}

function judgeSettings({ isRds, walLevel, slots, slotsUsed, senders, sendersUsed }: ServerFacts): Finding[] {
  const missing = (name: string, value: string | number, problem: string, parameter = `${name} = ${value}`) =>
    isRds
      ? refusal(name, problem, `set ${parameter} in the parameter group, and restart the instance`)
      : refusal(name, problem, 'run this as a superuser, and restart the server', `alter system set ${name} = ${value}`)
  const findings: Finding[] = []
  if (walLevel !== 'logical') {
    const problem = `is ${walLevel}: the log does not hold what changes are read from`
    findings.push(missing('wal_level', 'logical', problem, 'rds.logical_replication = 1'))
  }
  if (slotsUsed >= slots)
    findings.push(missing('max_replication_slots', slots + 5, `is ${slots}, and as many are used by others`))
  if (sendersUsed >= senders)
    findings.push(missing('max_wal_senders', senders + 5, `is ${senders}, and as many are used by others`))
  return findings
}

function judgeRole({ role, database, mayReplicate, mayCreatePublications, isRds }: ServerFacts): Finding[] {
  const [name, about] = [pg.escapeIdentifier(role), `role "${role}"`]
  const findings: Finding[] = []
  if (!mayReplicate) {
    const statement = isRds ? `grant rds_replication to ${name}` : `alter role ${name} replication`
    findings.push(refusal(about, 'may not read changes', 'run this as an administrator', statement))
  }
  if (!mayCreatePublications) {
    const statement = `grant create on database ${pg.escapeIdentifier(database)} to ${name}`
    const next = 'run this, or run the statements of the plan as the owner of the tables'
    findings.push(warning(about, 'may not create a publication', next, statement))
  }
  return findings
}

/** R14: a reader of changes counts as a standby, and it acknowledges only what the store has. */
function judgeHarm({ synchronousStandbys }: ServerFacts): Finding[] {
  const name = applicationName.changes
  if (!/(^|[\s,(])\*/.test(synchronousStandbys) && !synchronousStandbys.includes(`"${name}"`)) return []
  const problem = `is ${synchronousStandbys}, which "${name}" fits: the host's commits would wait for the reporting store`
  return [refusal('synchronous_standby_names', problem, 'name the standbys in it')]
}

function judgeRisks(facts: ServerFacts): Finding[] {
  const findings: Finding[] = []
  if (facts.keptWal === '-1') {
    const problem = 'is unlimited: a slot that nobody reads keeps log until the disk is full'
    const next = 'set a limit that the disk has room for; past it the slot is lost, and everything is built anew'
    const statement = `alter system set max_slot_wal_keep_size = '50GB'; select pg_reload_conf()`
    findings.push(warning('max_slot_wal_keep_size', problem, next, statement))
  }
  if (facts.idleSlotTimeout !== null && !/^0/.test(facts.idleSlotTimeout)) {
    const problem = `is ${facts.idleSlotTimeout}: a slot that was not read for so long is lost, and everything is built anew`
    findings.push(
      warning('idle_replication_slot_timeout', problem, 'see that it is longer than folding may ever stand still'),
    )
  }
  if (facts.standbySlots === '' && facts.hasStandbys) {
    const problem =
      'is empty: changes may be read before the standby has them, and a failover then builds everything anew'
    const next = 'name the slot of the standby that takes over, and set sync_replication_slots = on there'
    findings.push(warning('synchronized_standby_slots', problem, next))
  }
  return findings
}
