import pg from 'pg'
import type { ConnectionSettings } from '../secret/connection.ts'
import { breakable } from './breakable.ts'
import { connect } from './client.ts'
import { positionOfLsn } from './position.ts'
import { ReplicationConnection } from './replication-connection.ts'
import { newSlotName } from './slot-name.ts'
import { type Snapshot, snapshotOf } from './snapshot.ts'
import { sourceFaultOf } from './source-fault.ts'

interface Exported {
  readonly consistent_point: string
  readonly snapshot_name: string
}

/**
 * R4 without a standby: a snapshot of the primary that a slot in the making exports, at the position from which the slot would
 * give changes. The slot is gone when this returns. It waits for every transaction that then runs to end, until `signal` is
 * aborted, and needs one free slot and sender. Throws SOURCE_UNAVAILABLE.
 */
export async function openPrimarySnapshot(primary: ConnectionSettings, signal?: AbortSignal): Promise<Snapshot> {
  let [exporting, reading]: [ReplicationConnection?, pg.Client?] = []
  try {
    exporting = await ReplicationConnection.open(primary)
    reading = await connect(primary)
    const { consistent_point, snapshot_name } = await exportSnapshot(primary, exporting, signal)
    await reading.query('begin isolation level repeatable read read only')
    // The snapshot is there until the next command of the other connection; taken over, it needs that no more.
    await reading.query(`set transaction snapshot ${pg.escapeLiteral(snapshot_name)}`)
    return snapshotOf(reading, positionOfLsn(consistent_point))
  } catch (error) {
    await reading?.end().catch(() => {})
    signal?.throwIfAborted()
    throw sourceFaultOf(error)
  } finally {
    await exporting?.close()
  }
}

async function exportSnapshot(
  primary: ConnectionSettings,
  connection: ReplicationConnection,
  signal: AbortSignal | undefined,
): Promise<Exported> {
  const command = `CREATE_REPLICATION_SLOT ${newSlotName()} TEMPORARY LOGICAL pgoutput (SNAPSHOT 'export')`
  const [made] = await breakable(primary, connection.processId, signal, () =>
    connection.query<Exported & pg.QueryResultRow>(command),
  )
  return made as Exported
}
