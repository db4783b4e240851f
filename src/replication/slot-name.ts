import { randomBytes } from 'node:crypto'

/**
 * A name for a new slot: it holds a random incarnation, so that a slot that somebody else made anew under a known name is
 * never taken for the one that was read up to a known position.
 */
export function newSlotName(prefix = 'millrace'): string {
  if (!/^[a-z0-9_]{1,40}$/.test(prefix))
    throw new RangeError('a slot is named with a-z, 0-9 and _, up to 40 characters')
  return `${prefix}_${randomBytes(6).toString('hex')}`
}
