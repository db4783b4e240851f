import { MillraceError } from '../errors.ts'

/** A report's name is part of URLs and metrics: lower-case words joined by hyphens. */
export function assertName(what: string, name: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 63) {
    throw new MillraceError(
      'REPORT_INVALID',
      `${what} "${name}": a name is lower-case words joined by hyphens, at most 63 characters`,
    )
  }
}
