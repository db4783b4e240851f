import { withClient } from '../replication/client.ts'
import type { Slot } from '../replication/slot.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import { bytesText } from './bytes-text.ts'
import { examine, skip } from './examine.ts'
import type { Part } from './examined.ts'
import { type AnyFinding, count } from './finding-blocks.ts'
import type { FoldSecrets } from './fold-secrets.ts'
import { readSourceStatus } from './fold-status.ts'
import { type Folded, schemasOf, snapshotsOf } from './folded.ts'
import { judgeSlot } from './judge-slot.ts'
import type { LoadedConfig } from './load-config.ts'
import { planFor } from './planned.ts'
import { snapshotSettings } from './snapshot-settings.ts'
import { slotText } from './status-text.ts'

/** The primary and the role that reads its changes, and the tables that are folded. */
export async function examineSource(
  config: LoadedConfig,
  folded: Folded,
  settings: ConnectionSettings,
): Promise<readonly Part[]> {
  // What keeps the tenants from being read is said of them.
  const schemas = await schemasOf(config, folded, () => {}).catch(() => undefined)
  let tables = skip('tables', 'the primary cannot be asked')
  const primary = await examine('primary', async ({ facts, findings }) => {
    const planned = await planFor(settings, folded, { schemas: schemas ?? [], snapshots: await snapshotsOf(config) })
    facts.push('it answers the replication role')
    findings.push(...planned.server)
    tables = schemas === undefined ? skip('tables', 'the tenants cannot be read') : tablesPart(planned)
  })
  return [primary, tables]
}

function tablesPart({ tables, findings, steps, unused }: Awaited<ReturnType<typeof planFor>>): Part {
  const open: AnyFinding[] = []
  if (steps.length > 0) {
    const problem = `has ${count(steps.length, 'statement')} that ${steps.length === 1 ? 'is' : 'are'} not run yet`
    const next = 'millrace plan shows what must be run, millrace apply runs it'
    open.push({ severity: 'error', about: 'the plan', problem, next })
  }
  if (unused.length > 0) {
    const problem = `has ${count(unused.length, 'table')} that no report reads any more`
    const next = 'millrace apply --remove-unused, once no older version is folded'
    open.push({ severity: 'warning', about: 'the publication', problem, next })
  }
  return { name: 'tables', facts: [`${count(tables, 'table')} to be folded`], findings: [...findings, ...open] }
}

/** Whether the replication role is let in where builds read the rows that they start from. */
export function examineSnapshots(secrets: FoldSecrets, wanted: 'replica' | 'primary' | undefined): Promise<Part> {
  return examine('snapshots', async ({ facts, findings }) => {
    const settings = snapshotSettings(secrets, wanted)
    if (settings === undefined) {
      facts.push('builds read on the primary')
      return
    }
    facts.push('builds read on the standby, with the replication role')
    const about = 'snapshots'
    const [found] = await withClient(
      settings,
      async (client) => (await client.query<{ standby: boolean; paused: boolean }>(standbyText)).rows,
    )
    if (found?.standby !== true) {
      const next = "name a standby as the replica, or set fold.snapshots to 'primary'"
      findings.push({ severity: 'error', about, problem: 'the replica is no standby', next })
    } else if (found.paused) {
      const next = 'see who has paused it, and run this there'
      const statement = 'select pg_wal_replay_resume()'
      findings.push({ severity: 'warning', about, problem: 'the replay of the standby is paused', next, statement })
    }
  })
}

const standbyText = `
select pg_is_in_recovery() as standby,
  case when pg_is_in_recovery() then pg_get_wal_replay_pause_state() <> 'not paused' else false end as paused`

/** The slot that the store continues from, and those that keep log for nobody. */
export function examineSlots(
  settings: ConnectionSettings,
  slotName: string | undefined,
  hasStore: boolean,
): Promise<Part> {
  return examine('slots', async ({ facts, findings }) => {
    const { slot, others } = await readSourceStatus(settings, slotName)
    if (slotName === undefined) facts.push('the store continues from none yet')
    else facts.push(slotText(slotName, slot, true))
    if (slotName !== undefined) findings.push(...judgeSlot(slotName, slot))
    for (const other of others) {
      facts.push(slotText(other.name, other, true))
      if (hasStore && other.activePid === undefined) findings.push(leftOver(other))
    }
  })
}

function leftOver({ name, retainedBytes }: Slot): AnyFinding {
  const problem = `is not what this store continues from; nobody reads it, and it keeps ${bytesText(retainedBytes)} of log on the disk`
  const next = 'run this on the primary, unless another deployment of Millrace owns it'
  const statement = `select pg_drop_replication_slot('${name}')`
  return { severity: 'warning', about: `slot ${name}`, problem, next, statement }
}
