import { MillraceError } from '../../src/errors.ts'

/** The code and detail of the error that something throws; undefined where it throws none. Any other error passes through. */
export function refusalOf(act: () => unknown): string | undefined {
  try {
    act()
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error
    return `${error.code}: ${error.detail}`
  }
  return undefined
}
