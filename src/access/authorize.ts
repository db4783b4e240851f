import { MillraceError } from '../errors.ts'
import type { Viewer } from './viewer.ts'

/** What of a report decides who may read it. */
export interface Guarded {
  readonly name: string
  readonly permission: string
}

export function mayRead(viewer: Viewer, report: Pick<Guarded, 'permission'>): boolean {
  return viewer.permissions.has(report.permission)
}

/**
 * The report of that name, if there is one and the viewer may read it. Otherwise throws REPORT_NOT_FOUND, the same for
 * both: a report that the viewer may not read does not exist for them (law T7). Only the cause, which is for the log and
 * never for an answer, says that it was the permission.
 */
export function authorize<Report extends Guarded>(viewer: Viewer, name: string, report: Report | undefined): Report {
  if (report === undefined) throw reportNotFound(name)
  if (!mayRead(viewer, report)) throw reportNotFound(name, new PermissionLacking(report.permission))
  return report
}

/** Why the log knows that a report was refused which the viewer was told does not exist. */
export class PermissionLacking extends Error {
  override readonly name = 'PermissionLacking'
  readonly permission: string

  constructor(permission: string) {
    super(`the viewer lacks the permission "${permission}"`)
    this.permission = permission
  }
}

const reportNotFound = (name: string, cause?: PermissionLacking): MillraceError =>
  new MillraceError('REPORT_NOT_FOUND', `there is no report ${JSON.stringify(name)}`, { cause })
