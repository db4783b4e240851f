import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleElements } from '../../examples/back-office/page-files.ts'
import { catalog } from '../../src/report/catalog.ts'
import { bigint, text } from '../../src/report/column.ts'
import { count } from '../../src/report/measure.ts'
import { report } from '../../src/report/report.ts'
import { source } from '../../src/report/source.ts'
import type { ReportStore } from '../../src/store/report-store.ts'
import { type Deployment, startDeployment } from '../deployment/deployment.ts'
import { type FoldedHost, startFoldedHost } from '../deployment/folded.ts'
import { launchBrowser } from './launch.ts'

const bookings = source('booking', {
  columns: { id: bigint(), tenantId: text(), channel: text() },
  key: 'id',
  tenant: 'tenantId',
})
const all = report({ name: 'all-bookings', permission: 'read', from: bookings, measures: { bookings: count() } })
const desk = report({
  name: 'desk-bookings',
  permission: 'read',
  from: bookings,
  where: { channel: 'desk' },
  measures: { desk: count() },
})
const reports = catalog([all, desk])
const tenants = [{ id: 'acme' }, { id: 'globex' }]
const table = `create table booking (id bigint generated always as identity primary key, tenant_id text not null, channel text not null);
  insert into booking (tenant_id, channel) values ('acme', 'web'), ('acme', 'desk'), ('globex', 'web')`

let host: FoldedHost
let browser: Browser
const servers: Deployment[] = []

beforeAll(async () => {
  ;[host, browser] = await Promise.all([startFoldedHost(reports, tenants, table), launchBrowser()])
  const elements = await bundleElements()
  for (let server = 0; server < 2; server++) {
    const deployment = await startDeployment({ catalog: reports, tenants, secret: host.secret() })
    servers.push(deployment)
    deployment.app.get('/elements.js', (_, reply) => reply.type('text/javascript').send(elements))
    deployment.app.get('/', (_, reply) => reply.type('text/html').send(page))
    await deployment.app.listen({ port: 0, host: '127.0.0.1' })
  }
})
afterAll(async () => {
  await browser?.close()
  for (const server of servers) await server.close()
  await host?.close()
})

/** It asks once an hour: what changes sooner was told. */
const page = `<!doctype html><html lang="en"><title>Bookings</title><script type="module" src="/elements.js"></script>
  <millrace-reports poll="3600"><millrace-value report="all-bookings"></millrace-value>
  <millrace-value report="desk-bookings"></millrace-value></millrace-reports></html>`

async function opened(server: Deployment, tenant: string): Promise<Page> {
  const shown = await browser.newPage()
  await shown.goto(`http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}/`)
  const token = await server.token({ tenant, permissions: ['read'] })
  await shown.evaluate(async (token) => {
    await customElements.whenDefined('millrace-reports')
    Object.assign(document.querySelector('millrace-reports') as object, { token: () => token })
  }, token)
  return shown
}

const figure = (shown: Page, report: string) => shown.locator(`millrace-value[report="${report}"] .value`)
const freshness = (shown: Page, report: string) => shown.locator(`millrace-value[report="${report}"] time`)
const insert = (tenant: string, channel: string) =>
  host.host.query('insert into booking (tenant_id, channel) values ($1, $2)', [tenant, channel])
const reads = (server: Deployment, report: string) =>
  server.audit.filter((line) => line.report === report && line.event === 'report.read').length

/** As the worker sees it that waits before any build of it is read. */
const heldBeforeReady = (store: ReportStore, held: Promise<void>): ReportStore =>
  new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...given: unknown[]) => {
        if (name === 'ready') await held
        return await member.apply(target, given)
      }
    },
  })

test('a page says how far the counters have come that are being built, and stands on the store once they are', async () => {
  // Of the rows that the planner expects, a third is there.
  await host.host.query(`insert into booking (tenant_id, channel) select 'acme', 'gone' from generate_series(1, 6);
    analyze booking; delete from booking where channel = 'gone'`)
  const [server] = servers as [Deployment]
  const shown = await opened(server, 'acme')
  await expect.poll(() => figure(shown, 'all-bookings').innerText()).toBe('2')
  expect(await freshness(shown, 'all-bookings').innerText()).toContain('counters are being built')
  const bar = shown.locator('millrace-value[report="all-bookings"]').getByRole('progressbar')
  expect(await bar.getAttribute('value')).toBeNull()
  let go = () => {}
  const held = new Promise<void>((resolve) => {
    go = resolve
  })
  const folding = await host.fold(undefined, heldBeforeReady(host.store, held))
  try {
    await expect.poll(async () => Number(await bar.getAttribute('value')), { timeout: 30_000 }).toBeGreaterThan(0)
    expect(Number(await bar.getAttribute('value'))).toBeLessThan(1)
    const token = await server.token({ tenant: 'acme', permissions: ['read'] })
    const { body } = await server.get('/reports/all-bookings/rows', token)
    expect(body).toMatchObject({ engine: 'replica', building: true, rows: [{ bookings: 2 }] })
    const percent = `${Math.round(body.progress * 100)}%`
    await expect.poll(() => freshness(shown, 'all-bookings').innerText()).toContain(`are being built (${percent})`)
    expect([body.progress > 0, body.progress < 1]).toEqual([true, true])
  } finally {
    go()
  }
  await folding.ready(4)
  // By an event: the page itself asks once an hour.
  await expect.poll(() => freshness(shown, 'all-bookings').innerText()).not.toContain('counters')
  expect(await bar.count()).toBe(0)
  expect(await freshness(shown, 'all-bookings').getAttribute('title')).toContain('reporting store')
  await shown.close()
})

test('a change arrives by event at the pages of every server, and only what changed is read', async () => {
  const [first, second] = servers as [Deployment, Deployment]
  const pages = await Promise.all([opened(first, 'acme'), opened(second, 'acme'), opened(second, 'globex')])
  const [one, other, globex] = pages as [Page, Page, Page]
  await expect.poll(() => figure(one, 'all-bookings').innerText()).toBe('2')
  await expect.poll(() => figure(other, 'all-bookings').innerText()).toBe('2')
  await expect.poll(() => figure(globex, 'all-bookings').innerText()).toBe('1')
  await expect.poll(() => first.millrace.reports.listeners() + second.millrace.reports.listeners()).toBe(3)
  await expect.poll(() => reads(second, 'desk-bookings')).toBeGreaterThanOrEqual(2)
  const before = [first, second].map((server) => reads(server, 'desk-bookings'))

  await insert('acme', 'web')
  await expect.poll(() => figure(one, 'all-bookings').innerText()).toBe('3')
  await expect.poll(() => figure(other, 'all-bookings').innerText()).toBe('3')
  expect(await figure(one, 'desk-bookings').innerText()).toBe('1')
  expect([first, second].map((server) => reads(server, 'desk-bookings'))).toEqual(before)

  await insert('acme', 'desk')
  await expect.poll(() => figure(other, 'desk-bookings').innerText()).toBe('2')
  expect(await figure(globex, 'all-bookings').innerText()).toBe('1')

  for (const shown of pages) await shown.close()
  await expect.poll(() => first.millrace.reports.listeners() + second.millrace.reports.listeners()).toBe(0)
})
