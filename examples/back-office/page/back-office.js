import '/millrace-elements.js'
import { goTo } from '/address.js'
import { bookControl } from '/book.js'
import { customerList } from '/customers.js'
import { engineSwitch } from '/engine-switch.js'
import { closeSession, openSession, tokens } from '/session.js'
import { themeSwitch } from '/theme.js'
import { workspacePages } from '/workspace.js'

const byId = (id) => document.getElementById(id)
const reports = document.querySelector('millrace-reports')
const dialog = byId('switch')

/** Who is signed in; undefined while nobody is. */
let session
let token

const pages = workspacePages(reports, {
  session: () => session,
  token: () => token,
  entered(id) {
    engines.enter(id)
    booking.enter(id)
  },
})
const engines = engineSwitch(reports, () => {
  reports.refresh()
  if (pages.shows() === 'engines') pages.again()
})
const booking = bookControl(
  () => reports.endpoint,
  () => token,
)
themeSwitch(byId('theme'))

/** Shows the office of whoever is signed in. Before anything else, what the last person saw goes away. */
function show(next) {
  pages.leave()
  session = next.signedIn ? next : undefined
  token = session === undefined ? undefined : tokens(() => show({ signedIn: false }))
  reports.token = token
  engines.rest()
  if (session !== undefined) void engines.watch()
  byId('sign-in').hidden = session !== undefined
  byId('office').hidden = session === undefined
  if (session === undefined) return
  document.querySelector('.who-tenant').textContent = session.tenant.name
  document.querySelector('.who-role').textContent = session.role.name
}

async function signIn(tenant, role) {
  dialog.close()
  // What was chosen at the last customer means nothing at the next.
  if (session !== undefined) goTo(location.hash.split('?')[0] || '#', { replace: true })
  pages.leave()
  reports.token = undefined
  show(await openSession(tenant, role))
  byId('content').focus()
}

async function signOut() {
  dialog.close()
  show({ signedIn: false })
  await closeSession()
}

reports.addEventListener('millrace-list', ({ detail }) => pages.know(detail ?? undefined))
// Without following the link: what stands after the sign in the address is the page and what is chosen in it.
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault()
  byId('content').focus()
})
byId('who').addEventListener('click', () => dialog.showModal())
dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close())
dialog.querySelector('[data-sign-out]').addEventListener('click', signOut)

const [customers, current] = await Promise.all(
  ['/customers', '/session'].map(async (path) => (await fetch(path)).json()),
)
for (const chooser of document.querySelectorAll('[data-chooser]'))
  chooser.append(...customerList(customers, chooser.dataset.chooser, signIn))
show(current)
