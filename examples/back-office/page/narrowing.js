import { element } from '/elements.js'
import { daysOf } from '/periods.js'
import { filterIn, takesDays } from '/workspaces.js'

/** Gives what is chosen to every report of the page that takes it. Where one does not, it says what it is about. */
export function narrow(content, { filters, chosen, period, timeZone }) {
  const days = daysOf(period, timeZone)
  for (const shown of content.querySelectorAll('[report]')) {
    const report = shown.getAttribute('report')
    const params = takesDays(report) ? { ...days } : {}
    const whole = []
    for (const filter of filters) {
      const values = chosen.get(filter.name) ?? []
      if (values.length === 0) continue
      const name = filterIn(report, filter)
      if (name === undefined) whole.push(filter.every)
      else params[name] = values
    }
    if (JSON.stringify(shown.params) !== JSON.stringify(params)) shown.params = params
    say(shown, whole.join(', '))
  }
}

function say(shown, text) {
  const note = shown.querySelector(':scope > .not-narrowed')
  if (text === '') note?.remove()
  else if (note !== null) note.textContent = text
  else shown.append(element('span', { className: 'not-narrowed', slot: 'actions', textContent: text }))
}
