import '/millrace-elements.js'
import { bookControl } from '/book.js'
import { customerList } from '/customers.js'
import { lastMonthsOf, longDay } from '/days.js'
import { engineSwitch } from '/engine-switch.js'
import { showComparisons } from '/engines.js'
import { showThreeWays } from '/three-ways.js'

/** The workspaces, and the reports of which each needs at least one. */
const workspaces = [
  { id: 'mobility', name: 'Mobility', reports: ['booking-summary', 'booking-comparison'] },
  { id: 'security', name: 'Security', reports: ['vulnerability-summary', 'active-vulnerabilities'] },
  { id: 'engines', name: 'Both engines', reports: ['booking-summary', 'vulnerability-summary'] },
]

const byId = (id) => document.getElementById(id)
const reports = document.querySelector('millrace-reports')
const dialog = byId('switch')
const heading = document.querySelector('#content h1')
const where = document.querySelector('#content .where')
const nothing = document.querySelector('#content .nothing')

/** Who is signed in; undefined while nobody is. */
let session
/** The names of the reports that they may read; undefined while that is not known. */
let readable
let token

const engines = engineSwitch(reports, () => {
  reports.refresh()
  if (location.hash === '#engines' && readable !== undefined) enterWorkspace()
})
const booking = bookControl(
  () => reports.endpoint,
  () => token,
)

/** A token is asked for when one is needed, and kept until it is refused. */
function tokens() {
  let kept
  return async ({ expired }) => {
    if (kept === undefined || expired) {
      const response = await fetch('/session/token', { method: 'POST' })
      kept = response.ok ? (await response.json()).token : undefined
      if (response.status === 401) show({ signedIn: false })
    }
    return kept
  }
}

/** Shows the office of whoever is signed in. Before anything else, what the last person saw goes away. */
function show(next) {
  leaveWorkspace()
  session = next.signedIn ? next : undefined
  token = session === undefined ? undefined : tokens()
  reports.token = token
  engines.rest()
  if (session !== undefined) void engines.watch()
  byId('sign-in').hidden = session !== undefined
  byId('office').hidden = session === undefined
  if (session === undefined) return
  document.querySelector('.who-tenant').textContent = session.tenant.name
  document.querySelector('.who-role').textContent = session.role.name
}

function leaveWorkspace() {
  readable = undefined
  reports.replaceChildren()
  byId('workspaces').replaceChildren()
  heading.textContent = 'Reports'
  where.textContent = ''
  nothing.hidden = true
}

function available() {
  return workspaces.filter((workspace) => workspace.reports.some((name) => readable?.includes(name)))
}

/** Shows the workspace that the address names, if the person may see something of it; else their first. */
function enterWorkspace() {
  const open = available()
  const named = open.find(({ id }) => `#${id}` === location.hash)
  const current = named ?? open[0]
  nothing.hidden = readable === undefined || current !== undefined
  if (current === undefined) return
  const links = open.map(({ id, name }) => {
    const link = Object.assign(document.createElement('a'), { href: `#${id}`, textContent: name })
    if (id === current.id) link.setAttribute('aria-current', 'page')
    return link
  })
  byId('workspaces').replaceChildren(...links)
  document.title = `${current.name}, ${session.tenant.name}: Meridian back office`
  heading.textContent = current.name
  where.textContent = `${session.tenant.name}, ${longDay(session.tenant.timeZone)} in ${session.tenant.place}`
  const content = document.importNode(byId(current.id).content, true)
  for (const select of content.querySelectorAll('select')) choose(select)
  reports.replaceChildren(content)
  byId('engine').hidden = current.id === 'engines'
  booking.enter(current.id)
  if (current.id === 'engines') void enterEngines()
}

/** The host's own page about its engines: not figures for a customer's day, but what answers them. */
async function enterEngines() {
  const kept = token
  const headers = { authorization: `Bearer ${await kept({ expired: false })}` }
  const response = await fetch('/analytics/reports', { headers }).catch(() => undefined)
  const section = reports.querySelector('[data-comparisons]')
  if (!response?.ok || section === null || token !== kept) return
  const list = (await response.json()).reports
  showComparisons(section, list)
  await showThreeWays(reports.querySelector('[data-three-ways]'), list)
}

/** What a control of the page says becomes the parameters of the report that it stands in. */
function choose(select) {
  const table = select.closest('millrace-table')
  const { months, severity } = select.dataset
  if (months !== undefined) table.params = lastMonthsOf(session.tenant.timeZone, Number(select.value))
  if (severity !== undefined) table.params = select.value === '' ? {} : { severity: select.value.split(' ') }
}

async function signIn(tenant, role) {
  dialog.close()
  leaveWorkspace()
  reports.token = undefined
  const headers = { 'content-type': 'application/json' }
  const response = await fetch('/session', { method: 'POST', headers, body: JSON.stringify({ tenant, role }) })
  show(response.ok ? await response.json() : { signedIn: false })
  byId('content').focus()
}

async function signOut() {
  dialog.close()
  show({ signedIn: false })
  await fetch('/session', { method: 'DELETE' })
}

reports.addEventListener('millrace-list', ({ detail }) => {
  readable = detail
  if (readable !== undefined) enterWorkspace()
})
addEventListener('hashchange', () => {
  if (readable !== undefined) enterWorkspace()
})
reports.addEventListener('change', ({ target }) => choose(target))
byId('who').addEventListener('click', () => dialog.showModal())
dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close())
dialog.querySelector('[data-sign-out]').addEventListener('click', signOut)

const [customers, current] = await Promise.all(
  ['/customers', '/session'].map(async (path) => (await fetch(path)).json()),
)
for (const chooser of document.querySelectorAll('[data-chooser]')) chooser.append(...customerList(customers, signIn))
show(current)
