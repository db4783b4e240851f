import { element } from '/elements.js'
import { daysOf, usualPeriod } from '/periods.js'
import { filterIn, takesDays } from '/workspaces.js'

/** Gives what is chosen to every report of the page that takes it. Where one does not, it says what it is about. */
export function narrow(content, { filters, chosen, period, timeZone }) {
  for (const shown of content.querySelectorAll('[report]')) {
    const { params, whole } = paramsOf(shown.getAttribute('report'), {
      filters,
      chosen,
      days: daysOf(period, timeZone),
    })
    give(shown, 'params', params)
    say(shown, whole.join(', '))
    // The line below a figure is always about the same days: the figure's own do not depend on the choice either.
    const spark = shown.getAttribute('spark')
    const usual = { filters, chosen, days: daysOf(usualPeriod, timeZone) }
    if (spark !== null) give(shown, 'sparkParams', paramsOf(spark, usual).params)
  }
}

/** What a report takes of what is chosen, and the filters that it does not take, in words. */
function paramsOf(report, { filters, chosen, days }) {
  const params = takesDays(report) ? { ...days } : {}
  const whole = []
  for (const filter of filters) {
    const values = chosen.get(filter.name) ?? []
    if (values.length === 0) continue
    const name = filterIn(report, filter)
    if (name === undefined) whole.push(filter.every)
    else params[name] = values
  }
  return { params, whole }
}

/** Where it is something else than before: setting it reads the report. */
function give(shown, property, params) {
  if (JSON.stringify(shown[property]) !== JSON.stringify(params)) shown[property] = params
}

function say(shown, text) {
  const note = shown.querySelector(':scope > .not-narrowed')
  if (text === '') note?.remove()
  else if (note !== null) note.textContent = text
  else shown.append(element('span', { className: 'not-narrowed', slot: 'actions', textContent: text }))
}
