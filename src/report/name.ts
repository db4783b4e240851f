import { MillraceError } from '../errors.ts'

/** A report's name is part of URLs and metrics: lower-case words joined by hyphens. */
export function assertName(what: string, name: string): void {
  if (typeof name !== 'string' || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 63) {
    throw new MillraceError(
      'REPORT_INVALID',
      `${what} "${name}": a name is lower-case words joined by hyphens, at most 63 characters`,
    )
  }
}

/**
 * What is wrong with the name of a column, dimension, measure, period or parameter. It becomes a member of JSON objects
 * and a parameter of URLs; a name that every JavaScript object has already (`constructor`) would be found where it is not.
 */
export function memberFault(name: string): string | undefined {
  if (!/^\p{L}[\p{L}\p{N}_]*$/u.test(name) || name.length > 63) {
    return 'a name is a letter, then letters, digits and underscores, at most 63 characters'
  }
  return name in Object.prototype ? 'every JavaScript object has a member of that name: choose another' : undefined
}
