import type { RebuildReason } from './change-event.ts'
import { firstPosition, lsnOf, type Position } from './position.ts'
import type { ServerIdentity, TimelineEnd } from './server-identity.ts'
import type { Slot } from './slot.ts'

/** What is durable in the store. */
export interface Reached {
  readonly position: Position
  /** On which server, and on which of its timelines. Undefined where nothing was read yet. */
  readonly server?: ServerIdentity
}

export interface Circumstances {
  readonly reached: Reached
  readonly slot: Slot | undefined
  readonly server: ServerIdentity
  readonly timelineEnds: readonly TimelineEnd[]
  /** Up to where the server has written its log. */
  readonly flushed: Position
  readonly database: string
}

export interface Discontinuity {
  readonly reason: RebuildReason
  readonly detail: string
}

/**
 * Why the changes that the slot would give do not continue from what is durable, or undefined where they do. The server itself
 * skips silently what a slot no longer holds.
 */
export function findDiscontinuity(circumstances: Circumstances): Discontinuity | undefined {
  return slotFault(circumstances) ?? serverFault(circumstances) ?? gap(circumstances)
}

function slotFault({ slot, database }: Circumstances): Discontinuity | undefined {
  if (slot === undefined) return { reason: 'slot-missing', detail: 'the replication slot does not exist' }
  if (slot.plugin !== 'pgoutput' || slot.database !== database)
    return { reason: 'slot-missing', detail: `the slot is of ${slot.plugin} in database ${slot.database}` }
  if (slot.walStatus === 'lost' || slot.invalidation !== undefined)
    return { reason: 'slot-lost', detail: `the slot is lost (${slot.invalidation ?? 'its log was removed'})` }
  return undefined
}

function serverFault({ reached, server, timelineEnds, flushed }: Circumstances): Discontinuity | undefined {
  const { position, server: former } = reached
  if (former !== undefined) {
    if (former.systemIdentifier !== server.systemIdentifier)
      return { reason: 'other-server', detail: 'another server answers than the one that was read before' }
    const fault = timelineFault(former.timeline, position, server.timeline, timelineEnds)
    if (fault !== undefined) return { reason: 'timeline-diverged', detail: fault }
  }
  // A copy of the disk that was put back is on the same timeline.
  if (flushed < position)
    return {
      reason: 'other-server',
      detail: `the server's log ends at ${lsnOf(flushed)}, before ${lsnOf(position)}, which is durable: it was restored`,
    }
  return undefined
}

function timelineFault(
  former: number,
  position: Position,
  current: number,
  ends: readonly TimelineEnd[],
): string | undefined {
  if (former === current) return undefined
  const end = ends.find(({ timeline }) => timeline === former)?.end
  if (end === undefined) return `the server is on timeline ${current}, which does not descend from timeline ${former}`
  if (position > end)
    return `timeline ${former} ended at ${lsnOf(end)} when a standby took over, before ${lsnOf(position)}, which is durable`
  return undefined
}

function gap({ reached, slot }: Circumstances): Discontinuity | undefined {
  const { position } = reached
  // Before anything is durable there is nothing that changes would have to continue from.
  if (slot === undefined || position === firstPosition || slot.confirmed <= position) return undefined
  return {
    reason: 'slot-ahead',
    detail: `the slot was acknowledged up to ${lsnOf(slot.confirmed)}, past ${lsnOf(position)}, which is durable`,
  }
}
