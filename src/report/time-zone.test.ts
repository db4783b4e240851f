import { expect, test } from 'vitest'
import { readTenant } from '../tenancy/tenant.ts'
import { isTimeZone } from './time-zone.ts'

test('F4 a zone is UTC or an Area/Location name, of which PostgreSQL has the same days', () => {
  for (const zone of ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])
    expect(isTimeZone(zone), zone).toBe(true)
  for (const zone of [
    '',
    'utc',
    'CET',
    'BST',
    'EST5EDT',
    '+02:00',
    'Mars/Olympus',
    'Europe/Berlin ',
    'tenant',
    null,
    1,
  ])
    expect(isTimeZone(zone), String(zone)).toBe(false)
})

test('F4 a report takes exactly the zones that a tenant may have', () => {
  const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC', 'GMT', 'CET', 'EST', 'Etc/UTC', 'GB', 'Area/Location']
  expect(zones.length).toBeGreaterThan(300)
  for (const timeZone of zones) {
    expect(isTimeZone(timeZone), timeZone).toBe('tenant' in readTenant({ id: 'acme', timeZone }))
  }
})
