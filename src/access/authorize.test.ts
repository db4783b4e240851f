import { describe, expect, test } from 'vitest'
import type { MillraceError } from '../errors.ts'
import { authorize, mayRead, PermissionLacking } from './authorize.ts'
import type { Viewer } from './viewer.ts'

const viewer: Viewer = {
  tenant: 'acme',
  subject: 'ada',
  permissions: new Set(['bookings.read']),
  attributes: { groups: ['north'], empty: [] },
}
const report = { name: 'revenue', permission: 'invoices.read', title: 'Revenue' }

function refusalOf(given: typeof report | undefined): MillraceError {
  try {
    authorize(viewer, 'revenue', given)
  } catch (error) {
    return error as MillraceError
  }
  throw new Error('it was not refused')
}

describe('authorize', () => {
  test('T7 gives a report that the viewer may read', () => {
    const readable = { ...report, permission: 'bookings.read' }
    expect(authorize(viewer, 'revenue', readable)).toBe(readable)
    expect(mayRead(viewer, readable)).toBe(true)
  })

  test('T7 says the same of a report that may not be read as of one that does not exist, but for the log', () => {
    const lacking = refusalOf(report)
    const unknown = refusalOf(undefined)
    const said = ({ code, status, detail, message, next, retryAfter }: MillraceError) => ({
      ...{ code, status, detail, message, next, retryAfter },
    })
    expect(said(lacking)).toStrictEqual(said(unknown))
    expect(said(lacking)).toMatchObject({ code: 'REPORT_NOT_FOUND', status: 404 })
    expect(lacking.cause).toBeInstanceOf(PermissionLacking)
    expect(lacking.cause).toMatchObject({ permission: 'invoices.read' })
    expect(unknown.cause).toBeUndefined()
  })

  test.each(['bookings', 'Bookings.read', 'bookings.read.all', 'bookings.*', ''])(
    'T7 the permission %j is not bookings.read',
    (permission) => {
      expect(mayRead(viewer, { permission })).toBe(false)
    },
  )

  test('a name cannot break out of the detail', () => {
    expect(() => authorize(viewer, 'a"\n{"b', undefined)).toThrow(
      expect.objectContaining({ detail: 'there is no report "a\\"\\n{\\"b"' }),
    )
  })
})
