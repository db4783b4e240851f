import { addressOf, goTo, readAddress } from '/address.js'
import { drawer } from '/drawer.js'
import { element } from '/elements.js'
import { showComparisons } from '/engines.js'
import { filterBar } from '/filter-bar.js'
import { filterOptions } from '/filter-options.js'
import { narrow } from '/narrowing.js'
import { periodChoice, periodOf } from '/period-choice.js'
import { longDay, usualPeriod } from '/periods.js'
import { reportList } from '/report-list.js'
import { showThreeWays } from '/three-ways.js'
import { workspaces } from '/workspaces.js'

const byId = (id) => document.getElementById(id)
const heading = document.querySelector('#content h1')
const where = document.querySelector('#content .where')
const nothing = document.querySelector('#content .nothing')

/**
 * The page of the office that the address names, with what is chosen in it. `session` gives who is signed in, `token` how they read
 * reports; `entered` is told of each page that is opened.
 */
export function workspacePages(reports, { session, token, entered }) {
  /** The names of the reports that the person may read; undefined while that is not known. */
  let readable
  /** What is shown: the page, its part of the document, and what is chosen. Undefined between two pages. */
  let current
  const access = () => ({ endpoint: reports.endpoint, token: token() })
  const answered = drawer(byId('answered'), { reports, list: () => reportList(access()) })
  const filters = filterBar(byId('filters'), (chosen) => choose({ chosen }))
  byId('how').addEventListener('click', () => answered.open())
  addEventListener('hashchange', enter)

  function leave() {
    readable = undefined
    current = undefined
    answered.close()
    reports.replaceChildren()
    filters.enter([])
    byId('workspaces').replaceChildren()
    byId('how').hidden = true
    heading.textContent = 'Reports'
    where.textContent = ''
    nothing.hidden = true
  }

  /** Shows the page that the address names, if the person may see something of it; else their first. */
  function enter() {
    if (readable === undefined) return
    const open = workspaces.filter((page) => page.reports.some((name) => readable.includes(name)))
    const address = readAddress()
    const page = open.find(({ id }) => id === address.workspace) ?? open[0]
    nothing.hidden = page !== undefined
    if (page === undefined) return
    if (page === current?.page) return follow(address)
    const view = element('div', {}, [document.importNode(byId(page.id).content, true)])
    const choices = [...view.querySelectorAll('[data-period]')].map((place) =>
      periodChoice(place, (period) => choose({ period })),
    )
    const opened = { page, view, choices, chosen: new Map(), period: usualPeriod, filtersAreKnown: false }
    current = opened
    sayWhere(open, page)
    filters.enter([])
    answered.offer(view)
    const known = filterOptions(page.filters, access()).then((found) => {
      if (current !== opened) return
      filters.enter(found)
      opened.filtersAreKnown = true
      follow(readAddress())
    })
    follow(address)
    const place = () => current === opened && reports.replaceChildren(view)
    // What the address narrows is read narrowed from the first, and never as if nothing had been chosen.
    if (page.filters.some(({ name }) => address.valuesOf(name).length > 0)) void known.then(place)
    else place()
    entered(page.id)
    if (page.id === 'engines') void enterEngines(view)
  }

  /** Takes what is chosen from the address; what this customer does not have is left out, of the address too. */
  function follow(address) {
    current.period = periodOf(address.valuesOf('period')[0])
    if (current.filtersAreKnown) current.chosen = filters.show(address.valuesOf)
    show()
    if (current.filtersAreKnown) goTo(addressOfCurrent(), { replace: true })
  }

  /** Puts what the reader has chosen into the reports, and into the address. */
  function choose(what) {
    Object.assign(current, what)
    show()
    goTo(addressOfCurrent())
  }

  function show() {
    const { page, view, choices, chosen, period } = current
    for (const choice of choices) choice.show(period)
    narrow(view, { filters: page.filters, chosen, period, timeZone: session().tenant.timeZone })
  }

  function addressOfCurrent() {
    const { page, chosen, period } = current
    return addressOf(page.id, period === usualPeriod ? chosen : new Map([...chosen, ['period', [period.id]]]))
  }

  function sayWhere(open, { id, name }) {
    const { tenant } = session()
    const links = open.map((each) => {
      const link = element('a', { href: addressOf(each.id), textContent: each.name })
      if (each.id === id) link.setAttribute('aria-current', 'page')
      return link
    })
    byId('workspaces').replaceChildren(...links)
    byId('how').hidden = id === 'engines'
    document.title = `${name}, ${tenant.name}: Meridian back office`
    heading.textContent = name
    where.textContent = `${tenant.name}, ${longDay(tenant.timeZone)} in ${tenant.place}`
  }

  /** The host's own page about its engines: not figures for a customer's day, but what answers them. */
  async function enterEngines(view) {
    const list = await reportList(access())
    if (current?.view !== view) return
    showComparisons(view.querySelector('[data-comparisons]'), list)
    await showThreeWays(view.querySelector('[data-three-ways]'), list)
  }

  return {
    leave,
    /** What the person may read has become known. */
    know(names) {
      readable = names
      if (readable !== undefined) enter()
    },
    /** Shows the page anew, as if it had just been opened. */
    again() {
      current = undefined
      enter()
    },
    shows: () => current?.page.id,
  }
}
