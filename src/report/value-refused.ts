import { MillraceError } from '../errors.ts'

/** A value that has no exact figure is the source's fault, not the reader's and not the program's. */
export function refusing<T>(report: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new MillraceError('VALUE_REFUSED', `report "${report}": ${error.message}`)
  }
}
