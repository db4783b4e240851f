import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { eventually } from '../../test/eventually.ts'
import { eventSource, type Stored, startStored } from '../../test/http/stored.ts'

const opened: Stored[] = []
afterEach(async () => {
  for (const stored of opened.splice(0)) await stored.close()
})

async function stored(options: Parameters<typeof startStored>[0] = {}): Promise<Stored> {
  const started = await startStored(options)
  opened.push(started)
  return started
}

test('hello comes first, with the position, and then each report that changes', async () => {
  const { url, store } = await stored()
  const events = await eventSource(url, 'acme-all')
  expect(await events.next()).toMatchObject({ event: 'hello', id: store.position, data: { position: store.position } })
  const at = await store.commit('acme', ['active-findings'])
  expect(await events.next()).toMatchObject({
    event: 'changed',
    id: at,
    data: { report: 'active-findings', position: at, asOf: '2026-09-21T14:13:20Z' },
  })
})

test('T1 T6 nothing is told of another tenant', async () => {
  const { url, store } = await stored()
  const events = await eventSource(url, 'globex-all')
  await events.next()
  await store.commit('acme', ['active-findings'])
  const at = await store.commit('globex', ['booking-comparison'])
  expect(await events.next()).toMatchObject({ data: { report: 'booking-comparison', position: at } })
})

test('T7 nothing is told of a report that the viewer may not read, nor of one that the replica answers', async () => {
  const { url, store } = await stored({ routes: { reports: ['booking-comparison', 'active-findings'], shadow: [] } })
  const events = await eventSource(url, 'acme-bookings')
  await events.next()
  await store.commit('acme', ['active-findings', 'bookings-between'])
  const at = await store.commit('acme', ['booking-comparison'])
  expect(await events.next()).toMatchObject({ data: { report: 'booking-comparison', position: at } })
})

test('whoever was away is told what changed meanwhile, from the last event on', async () => {
  const { url, store } = await stored()
  const events = await eventSource(url, 'acme-all')
  await events.next()
  const seen = await store.commit('acme', ['active-findings'])
  await events.next()
  events.close()
  const at = await store.commit('acme', ['booking-comparison', 'bookings-between'])
  const again = await eventSource(url, 'acme-all', { 'last-event-id': seen })
  expect(await again.next()).toMatchObject({ event: 'hello', data: { since: seen, position: at } })
  const told = [await again.next(), await again.next()]
  expect(told.map(({ data }) => data.report).sort()).toEqual(['booking-comparison', 'bookings-between'])
  // A connection that breaks between the two has not seen the position.
  expect(told.map(({ id }) => id)).toEqual([undefined, at])
})

test('how far the counters of a report have come is told, and when they are complete, although nothing changes', async () => {
  const { url, store } = await stored()
  const events = await eventSource(url, 'acme-all')
  const globex = await eventSource(url, 'globex-all')
  await events.next()
  await globex.next()
  const { position } = store
  const filling = await store.fill('acme', ['active-findings'])
  await filling.tell(null)
  expect(await events.next()).toMatchObject({ event: 'building', data: { report: 'active-findings', progress: null } })
  await filling.tell(0.25)
  expect(await events.next()).toMatchObject({ event: 'building', id: position, data: { progress: 0.25, position } })
  // Whoever comes later is told, too.
  const later = await eventSource(url, 'acme-all')
  expect([(await later.next()).event, (await later.next()).data.progress]).toEqual(['hello', 0.25])
  await filling.ready()
  await filling.tell(0.99, true)
  expect(await events.next()).toMatchObject({ event: 'ready', data: { report: 'active-findings', position } })
  // Of all that, nothing was another tenant's.
  const at = await store.commit('globex', ['booking-comparison'])
  expect(await globex.next()).toMatchObject({ event: 'changed', data: { position: at } })
})

test('counters that were complete before anybody was told that they are built are told of all the same', async () => {
  const { url, store } = await stored()
  const events = await eventSource(url, 'acme-all')
  await events.next()
  const filling = await store.fill('acme', ['active-findings', 'booking-comparison'])
  await filling.ready()
  await filling.tell(0.99, true)
  const told = [await events.next(), await events.next()]
  expect(told.map(({ event, data }) => `${event} ${data.report}`).sort()).toEqual([
    'ready active-findings',
    'ready booking-comparison',
  ])
  const again = await store.fill('acme', ['active-findings'])
  await again.ready()
  await again.tell(null, true)
  expect(await events.next()).toMatchObject({ event: 'ready', data: { report: 'active-findings' } })
  // One that is told twice is one.
  await again.tell(null, true)
  const at = await store.commit('acme', ['booking-comparison'])
  expect(await events.next()).toMatchObject({ event: 'changed', data: { position: at } })
})

test('where the store begins anew, everything that was read before is to be read again', async () => {
  const { url, store } = await stored()
  const events = await eventSource(url, 'acme-all')
  await store.commit('acme', ['active-findings'])
  await events.next()
  await events.next()
  const before = store.position
  await store.restart()
  expect(await events.next()).toMatchObject({
    event: 'hello',
    data: { since: store.position, position: store.position },
  })
  expect(store.position < before).toBe(true)
  const again = await eventSource(url, 'acme-all', { 'last-event-id': before })
  expect(await again.next()).toMatchObject({ event: 'hello', data: { since: store.position } })
})

test('a stream gives signs of life, and says where the store is', async () => {
  const { url, store } = await stored({ pingMilliseconds: 20 })
  const events = await eventSource(url, 'acme-all')
  await events.next()
  const at = await store.commit('initech', [])
  await eventually(async () => expect(await events.next()).toMatchObject({ event: 'at', data: { position: at } }))
  expect(events.comments()).toBeGreaterThan(0)
})

test('while the store cannot be asked, what is told of it grows old', async () => {
  const { url, store } = await stored({ pingMilliseconds: 20 })
  const events = await eventSource(url, 'acme-all')
  await events.next()
  store.fail(true)
  await eventually(async () => expect((await events.next()).data.lagSeconds).toBeGreaterThan(0.3))
})

test('T1 a stream ends when its sign-in does, and tells nothing of a permission that was taken away', async () => {
  const { url, store, people } = await stored({ pingMilliseconds: 20 })
  const events = await eventSource(url, 'acme-all')
  await events.next()
  people.take('acme-all', 'findings.read')
  await events.next()
  await store.commit('acme', ['active-findings'])
  const at = await store.commit('acme', ['booking-comparison'])
  await eventually(async () =>
    expect(await events.next()).toMatchObject({ data: { position: at, report: 'booking-comparison' } }),
  )
  people.signOut('acme-all')
  await events.ended
})

test('T2 a stream ends when the tenant leaves the allowlist', async () => {
  const { url, people } = await stored({ pingMilliseconds: 20 })
  const events = await eventSource(url, 'acme-all')
  await events.next()
  people.leave('acme')
  await events.ended
  expect((await fetch(`${url}/reports/events`, { headers: { authorization: 'Bearer acme-all' } })).status).toBe(403)
})

test('T8 one tenant cannot take every place; a client that goes away gives its place back', async () => {
  const { url, listeners } = await stored({ perTenant: 2 })
  const first = await eventSource(url, 'acme-all')
  await eventSource(url, 'acme-all')
  const refused = await fetch(`${url}/reports/events`, { headers: { authorization: 'Bearer acme-all' } })
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('30')
  await eventSource(url, 'globex-all')
  expect(listeners()).toBe(3)
  first.close()
  await eventually(() => expect(listeners()).toBe(2))
  await eventSource(url, 'acme-all')
})

test('nobody is asked where nobody listens, and one question serves all who do', async () => {
  const { url, store, listeners } = await stored()
  const streams = await Promise.all([1, 2, 3, 4].map(() => eventSource(url, 'acme-all')))
  for (const events of streams) await events.next()
  const before = store.questions
  const at = await store.commit('acme', ['active-findings'])
  for (const events of streams) expect(await events.next()).toMatchObject({ data: { position: at } })
  expect(store.mostTenantsAsked).toBe(1)
  expect(store.questions - before).toBeLessThan(40)
  for (const events of streams) events.close()
  await eventually(() => expect(listeners()).toBe(0))
  const after = await store.quiet()
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(store.questions).toBe(after)
})

test('what changed while the store could not be asked is told when it can be again', async () => {
  const { url, store } = await stored()
  const events = await eventSource(url, 'acme-all')
  await events.next()
  store.fail(true)
  await eventually(() => expect(store.failures).toBeGreaterThan(0))
  const at = await store.commit('acme', ['active-findings'])
  const refused = await fetch(`${url}/reports/events`, { headers: { authorization: 'Bearer acme-all' } })
  expect(refused.status).toBe(503)
  store.fail(false)
  expect(await events.next()).toMatchObject({ event: 'changed', data: { position: at } })
})

test('streams end when the server does', async () => {
  const { url, host } = await stored()
  const events = await eventSource(url, 'acme-all')
  await events.next()
  const ended = performance.now()
  await host.close()
  await events.ended
  expect(performance.now() - ended).toBeLessThan(10_000)
})

test('without a store there are no events, which a client need not ask for again', async () => {
  const { url, host } = await stored({ changes: false })
  expect((host.server.address() as AddressInfo).port).toBeGreaterThan(0)
  const answer = await fetch(`${url}/reports/events`, { headers: { authorization: 'Bearer acme-all' } })
  expect(answer.status).toBe(204)
  expect((await fetch(`${url}/reports/events`)).status).toBe(401)
})
