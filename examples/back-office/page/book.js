import { tookText } from '/figures.js'

const written = {
  mobility: { name: 'Book now', what: 'Booked', report: 'booking-comparison', measure: 'bookings' },
  security: { name: 'Report a finding', what: 'Reported', report: 'vulnerability-summary', measure: 'active' },
}

/** Writes by the host's own way, and says how soon the answer holds it: asked for with the position of the commit. */
export function bookControl(endpoint, token) {
  const control = document.getElementById('book')
  const [button, said] = [control.querySelector('button'), control.querySelector('.said')]
  let product

  button.addEventListener('click', async () => {
    button.disabled = true
    try {
      said.textContent = await book(product, endpoint(), token)
    } catch {
      said.textContent = 'Not written: the back office cannot be reached.'
    }
    button.disabled = false
  })
  return {
    /** In a workspace where something can be written; nowhere else. */
    enter(workspace) {
      product = workspace
      const known = written[workspace]
      control.hidden = known === undefined
      said.textContent = ''
      if (known !== undefined) button.textContent = known.name
    },
  }
}

async function book(product, endpoint, token) {
  const { what, report, measure } = written[product]
  const headers = { 'content-type': 'application/json' }
  const response = await fetch('/book', { method: 'POST', headers, body: JSON.stringify({ product }) })
  if (!response.ok) throw new Error(String(response.status))
  const { position, milliseconds } = await response.json()
  const committed = performance.now()
  const bearer = { authorization: `Bearer ${await token()({ expired: false })}`, 'millrace-position': position }
  const answer = await fetch(`${endpoint}/reports/${report}/rows`, { headers: bearer })
  const told = `${what} in ${tookText(milliseconds)}`
  if (!answer.ok) return `${told}; ${(await answer.json()).title}`
  const { engine, rows } = await answer.json()
  const answered = tookText(performance.now() - committed)
  const figure = rows[0]?.[measure]
  const seen = await shown(report, measure, typeof figure === 'object' ? figure.current : figure)
  const name = engine === 'store' ? 'store' : 'replica'
  return `${told}; the ${name} answered with it ${answered} later${seen ? `, and the page showed it after ${tookText(seen - committed)}` : ''}`
}

/** When the page has shown a figure, or a later one; undefined where it takes more than six seconds. Nothing is read for it here. */
async function shown(report, measure, figure) {
  const place = document.querySelector(`millrace-value[report="${report}"][measure="${measure}"]`)
  for (const until = performance.now() + 6_000; performance.now() < until; ) {
    const text = place?.shadowRoot?.querySelector('.value')?.textContent ?? ''
    if (Number(text.replaceAll(/\D/g, '')) >= figure) return performance.now()
    await new Promise(requestAnimationFrame)
  }
  return undefined
}
