import { tookText } from '/figures.js'

const written = {
  mobility: { name: 'Book now', what: 'Booked', report: 'booking-comparison' },
  security: { name: 'Report a finding', what: 'Reported', report: 'vulnerability-summary' },
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
  const { what, report } = written[product]
  const headers = { 'content-type': 'application/json' }
  const response = await fetch('/book', { method: 'POST', headers, body: JSON.stringify({ product }) })
  if (!response.ok) throw new Error(String(response.status))
  const { position, milliseconds } = await response.json()
  const committed = performance.now()
  const bearer = { authorization: `Bearer ${await token()({ expired: false })}`, 'millrace-position': position }
  const answer = await fetch(`${endpoint}/reports/${report}/rows`, { headers: bearer })
  const told = `${what} in ${tookText(milliseconds)}`
  if (!answer.ok) return `${told}; ${(await answer.json()).title}`
  const { engine } = await answer.json()
  return `${told}; the ${engine === 'store' ? 'store' : 'replica'} answered with it ${tookText(performance.now() - committed)} later`
}
