import type { Slot } from '../replication/slot.ts'
import { bytesText } from './bytes-text.ts'
import type { AnyFinding } from './finding-blocks.ts'

/** Of the log that may be kept for it, less than this share is left: it is said before the slot is lost (R10). */
const leastShare = 0.2

/** What is wrong with the slot that a store continues from. */
export function judgeSlot(name: string, slot: Slot | undefined): AnyFinding[] {
  const about = `slot ${name}`
  const anew = 'nothing, if it may be: millrace fold makes a new one, and builds everything anew'
  if (slot === undefined) return [{ severity: 'error', about, problem: 'is not there any more', next: anew }]
  const { walStatus, invalidation, safeBytes, retainedBytes, activePid } = slot
  if (walStatus === 'lost' || invalidation !== undefined)
    return [{ severity: 'error', about, problem: `is lost (${invalidation ?? walStatus})`, next: anew }]
  const isLow = safeBytes !== undefined && safeBytes < leastShare * (retainedBytes + safeBytes)
  if (walStatus === 'unreserved' || isLow) {
    const problem = `will be lost soon: it keeps ${bytesText(retainedBytes)}, and ${bytesText(safeBytes ?? 0)} are left`
    const read =
      activePid === undefined ? 'start millrace fold: nobody reads it' : 'see why the fold lags: millrace status'
    return [{ severity: 'error', about, problem, next: `${read}; or raise max_slot_wal_keep_size` }]
  }
  if (activePid !== undefined) return []
  const problem = `is read by nobody, and keeps ${bytesText(retainedBytes)} of log on the disk of the primary`
  return [{ severity: 'warning', about, problem, next: 'start millrace fold' }]
}
