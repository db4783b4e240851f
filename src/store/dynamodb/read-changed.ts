import type { Changed, Position } from '../report-store.ts'
import { readTenantListings } from './directory.ts'
import { buildsOf } from './list-builds.ts'
import { readMarks } from './marks.ts'
import { persist } from './persist.ts'
import { readStream } from './progress-item.ts'
import type { TableClient } from './table-client.ts'

/** Where the stream has not moved, one read tells that nothing changed. */
export async function readChanged(
  table: TableClient,
  stream: string,
  tenants: readonly string[],
  since: Position,
): Promise<Changed> {
  return persist(async (): Promise<Changed | undefined> => {
    const state = await readStream(table, stream)
    const { position, committedAt, filling } = state.progress
    const at = { position, committedAt, ...(filling && { filling }) }
    if (position <= since || tenants.length === 0) return { ...at, reports: [] }
    const listings = await Promise.all([...new Set(tenants)].map((tenant) => readTenantListings(table, stream, tenant)))
    const ready = buildsOf(listings.flat(), state).filter(({ entry }) => entry.state === 'ready')
    const marks = await readMarks(
      table,
      stream,
      ready.map(({ entry }) => entry.number),
    )
    const reports: Changed['reports'][number][] = []
    for (const { tenant, report, entry } of ready) {
      const mark = marks.at(position, entry)
      if (mark.changed === 'later') return undefined
      // One that became ready after the position was read is told of the next time.
      if (mark.changed === 'gone' || mark.position <= since || mark.position > position) continue
      reports.push({ tenant, report, number: entry.number, changedAt: mark.position })
    }
    return { ...at, reports }
  }, 'the stream moved on while it was asked what changed')
}
