import { describe, expect, test } from 'vitest'
import { MillraceError } from '../errors.ts'
import { type HostViewer, type ViewerInput, viewerOf } from './viewer.ts'

const ada: ViewerInput = {
  tenant: 'acme',
  subject: 'ada',
  permissions: ['bookings.read'],
  attributes: { groups: ['north', 'south'] },
}
const none = { headers: {} }

describe("a host's viewer", () => {
  test('is taken over, whatever holds its permissions', async () => {
    function* generated() {
      yield 'bookings.read'
    }
    for (const permissions of [['bookings.read'], new Set(['bookings.read']), generated()]) {
      await expect(viewerOf(() => ({ ...ada, permissions }))(none)).resolves.toStrictEqual({
        tenant: 'acme',
        subject: 'ada',
        permissions: new Set(['bookings.read']),
        attributes: { groups: ['north', 'south'] },
      })
    }
  })

  test('may have no attributes', async () => {
    const { attributes: _, ...rest } = ada
    expect((await viewerOf(async () => rest)(none)).attributes).toEqual({})
  })

  test.each([undefined, null])('%s is nobody', async (nobody) => {
    await expect(viewerOf(() => nobody)(none)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', status: 401 })
  })

  test.each<[unknown, string]>([
    ['ada', 'viewer must be an object'],
    [{ ...ada, tenant: undefined }, 'viewer.tenant must be a string'],
    [{ ...ada, tenant: '' }, 'viewer.tenant must not be empty'],
    [{ ...ada, tenant: 7 }, 'viewer.tenant must be a string'],
    [{ ...ada, tenant: ['acme', 'umbrella'] }, 'viewer.tenant must be a string'],
    [{ ...ada, subject: '' }, 'viewer.subject must not be empty'],
    [{ ...ada, permissions: undefined }, 'viewer.permissions must be an array or a set of strings'],
    [{ ...ada, permissions: 'bookings.read' }, 'viewer.permissions must be an array or a set of strings'],
    [{ ...ada, permissions: { read: true } }, 'viewer.permissions must be an array or a set of strings'],
    [{ ...ada, permissions: ['bookings.read', 7] }, 'viewer.permissions.1 must be a string'],
    [{ ...ada, attributes: ['north'] }, 'viewer.attributes must be an object'],
    [{ ...ada, attributes: { groups: 'north' } }, 'viewer.attributes.groups must be an array of strings'],
    [{ ...ada, attributes: { groups: ['north', 7] } }, 'viewer.attributes.groups.1 must be a string'],
  ])('that is malformed is an internal error which names the field: %j', async (input, message) => {
    const error = await viewerOf((() => input) as HostViewer)(none).catch((reason: MillraceError) => reason)
    expect(error).toMatchObject({ code: 'INTERNAL', detail: `the host's viewer is malformed: ${message}` })
    expect((error as MillraceError).cause).toBeUndefined()
  })

  test('that cannot be read is an internal error', async () => {
    const permissions = {
      [Symbol.iterator]: () => {
        throw new Error('gone')
      },
    }
    await expect(viewerOf(() => ({ ...ada, permissions }))(none)).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  test('cannot be changed by what one request does with it', async () => {
    const viewer = await viewerOf(() => ada)(none)
    expect(() => Object.assign(viewer, { tenant: 'umbrella' })).toThrow(TypeError)
    expect(() => Object.assign(viewer.attributes, { groups: [] })).toThrow(TypeError)
    expect(() => (viewer.attributes.groups as string[]).push('west')).toThrow(TypeError)
    expect(Object.isFrozen(ada.attributes)).toBe(false)
  })
})

describe("a host's function", () => {
  test('that throws is an internal error with its cause, unless it says what it is', async () => {
    const cause = new Error('the session store is down')
    const failing: HostViewer = () => {
      throw cause
    }
    await expect(viewerOf(failing)(none)).rejects.toMatchObject({ code: 'INTERNAL', cause })
    const refusing: HostViewer = async () => {
      throw new MillraceError('UNAUTHENTICATED', 'session ended')
    }
    await expect(viewerOf(refusing)(none)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', detail: 'session ended' })
  })

  test('T1 sees the headers and nothing else of a request', async () => {
    const request = { headers: { cookie: 'session=1' }, query: { tenant: 'umbrella' }, body: { tenant: 'umbrella' } }
    let seen: unknown
    await viewerOf((given) => {
      seen = given
      return ada
    })(request)
    expect(seen).toStrictEqual({ headers: { cookie: 'session=1' } })
  })
})
