import { describe, expect, test } from 'vitest'
import { type ClaimNames, viewerOfClaims } from './claims.ts'

const payload = { sub: 'ada', tenant: 'acme' }
const viewer = (claims: object, names: ClaimNames = {}, grants = {}) => viewerOfClaims({ ...claims }, names, grants)

describe('a viewer of claims', () => {
  test('needs a tenant and a subject and nothing else', () => {
    expect(viewer(payload)).toStrictEqual({
      tenant: 'acme',
      subject: 'ada',
      permissions: new Set(),
      attributes: {},
    })
  })

  test('has the permissions of two claims, and the attributes of a third', () => {
    const claims = {
      ...payload,
      permissions: 'a b',
      roles: ['clerk'],
      attributes: { groups: ['x'], site: 'y', gone: null },
    }
    const found = viewer(claims, {}, { clerk: ['c'] })
    expect([...found.permissions].sort()).toEqual(['a', 'b', 'c'])
    expect(found.attributes).toEqual({ groups: ['x'], site: ['y'] })
  })

  test('finds claims by other names and further inside', () => {
    const claims = {
      'https://acme.example/tenant': 'acme',
      uid: 'ada',
      scope: 'a b',
      realm_access: { roles: ['clerk'] },
      groups: ['x'],
      address: { country: 'AT' },
    }
    const names: ClaimNames = {
      tenant: 'https://acme.example/tenant',
      subject: 'uid',
      permissions: 'scope',
      roles: ['realm_access', 'roles'],
      attributes: { group: 'groups', country: ['address', 'country'], absent: 'absent' },
    }
    expect(viewer(claims, names, { clerk: ['c'] })).toStrictEqual({
      tenant: 'acme',
      subject: 'ada',
      permissions: new Set(['a', 'b', 'c']),
      attributes: { group: ['x'], country: ['AT'] },
    })
  })

  test.each<[object, string]>([
    [{ sub: 'ada' }, 'token has no "tenant" claim'],
    [{ tenant: 'acme' }, 'token has no "sub" claim'],
    [{ ...payload, tenant: '' }, 'the "tenant" claim must be a string, not empty'],
    [{ ...payload, tenant: null }, 'the "tenant" claim must be a string, not empty'],
    [{ ...payload, tenant: 7 }, 'the "tenant" claim must be a string, not empty'],
    [{ ...payload, tenant: ['acme', 'umbrella'] }, 'the "tenant" claim must be a string, not empty'],
    [{ ...payload, permissions: { a: true } }, 'the "permissions" claim must be an array of strings, or one string'],
    [{ ...payload, roles: [1] }, 'the "roles" claim must be an array of strings, or one string'],
    [{ ...payload, attributes: ['x'] }, 'the "attributes" claim must be an object'],
    [{ ...payload, attributes: 'x' }, 'the "attributes" claim must be an object'],
    [{ ...payload, attributes: { groups: 7 } }, 'the attribute "groups" must be a string or an array of strings'],
    [{ ...payload, attributes: { groups: [7] } }, 'the attribute "groups" must be a string or an array of strings'],
  ])('T1 %j is refused', (claims, detail) => {
    expect(() => viewer(claims)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED', detail }))
  })

  test.each([null, 7, 'acme', ['acme'], undefined, {}])('T1 a way that ends at %j leads to no tenant', (realm) => {
    expect(() => viewer({ sub: 'ada', realm }, { tenant: ['realm', 'tenant'] })).toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED', detail: 'token has no "realm.tenant" claim' }),
    )
  })

  test.each(['constructor', 'toString', '__proto__'])('T1 a claim called %j is not what every object has', (tenant) => {
    expect(() => viewer({ sub: 'ada' }, { tenant })).toThrow(
      expect.objectContaining({ detail: `token has no "${tenant}" claim` }),
    )
    expect(() => viewer({ sub: 'ada', tenant: 'acme' }, { tenant: ['tenant', 'length'] })).toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED' }),
    )
  })

  test('T7 an attribute called __proto__ gives no other attribute', () => {
    const claims = JSON.parse('{"sub":"ada","tenant":"acme","attributes":{"__proto__":"groups"}}') as object
    const { attributes } = viewer(claims)
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype)
    expect(Object.keys(attributes)).toEqual(['__proto__'])
  })

  test('is frozen', () => {
    const found = viewer({ ...payload, attributes: { groups: ['x'] } })
    expect(
      Object.isFrozen(found) && Object.isFrozen(found.attributes) && Object.isFrozen(found.attributes.groups),
    ).toBe(true)
  })
})
