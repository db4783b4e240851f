import { currentText, figuresTable, lsnText, tookText } from '/figures.js'

/** Asks both engines for each report that the person may read, one after the other, and shows both answers. */
export function showComparisons(section, reports) {
  const list = section.querySelector('.comparisons')
  const outcome = section.querySelector('[data-outcome]')
  const again = section.querySelector('[data-compare]')
  const cards = reports.map(({ name, title }) => {
    const card = document.importNode(document.getElementById('comparison').content, true).firstElementChild
    card.dataset.report = name
    card.querySelector('h3').textContent = title
    return card
  })
  list.replaceChildren(...cards)

  async function compare() {
    again.disabled = true
    outcome.textContent = 'Asking both engines'
    const compared = []
    for (const card of cards) {
      if (!card.isConnected) return
      card.setAttribute('aria-busy', 'true')
      compared.push(await compareOne(card))
    }
    again.disabled = false
    outcome.textContent = summaryOf(compared.filter((each) => each !== undefined))
  }
  again.addEventListener('click', compare)
  void compare()
}

async function compareOne(card) {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ report: card.dataset.report })
  const response = await fetch('/comparison', { method: 'POST', headers, body }).catch(() => undefined)
  card.setAttribute('aria-busy', 'false')
  if (!response?.ok) {
    say(card, 'unknown', 'Not compared')
    card.querySelector('.note').textContent = 'The back office cannot be reached, or knows nobody who is signed in.'
    return undefined
  }
  const comparison = await response.json()
  for (const side of ['replica', 'store']) showSide(card, side, comparison)
  if (comparison.rawSql) say(card, 'only', 'Replica only')
  else if (comparison.equal === null) say(card, 'unknown', comparison.store.building ? 'Being built' : 'Not compared')
  else say(card, comparison.equal ? 'equal' : 'different', comparison.equal ? 'Equal' : 'Different')
  card.querySelector('.note').textContent = noteOf(comparison)
  return comparison
}

function showSide(card, name, { columns, report, rawSql, [name]: side }) {
  const section = card.querySelector(`[data-side="${name}"]`)
  const [took, current, figures] = ['.took', '.current', '.figures'].map((part) => section.querySelector(part))
  if (name === 'store' && (rawSql || side.building)) {
    took.textContent = '–'
    current.textContent = rawSql
      ? 'Raw SQL is always answered by the replica'
      : 'Until it is built, the replica answers'
    figures.replaceChildren()
    return
  }
  took.textContent = tookText(side.milliseconds)
  current.textContent = 'problem' in side ? side.problem : currentText(side)
  figures.replaceChildren(...('problem' in side ? [] : [figuresTable(columns, side.rows, `${report}, ${name}`)]))
  // What is wider than its place is scrolled by keyboard, too.
  figures.tabIndex = figures.scrollWidth > figures.clientWidth ? 0 : -1
}

function say(card, state, text) {
  const verdict = card.querySelector('.verdict')
  verdict.className = `verdict ${state}`
  verdict.textContent = text
}

function noteOf({ position, equal, replica }) {
  const rows = replica.rows?.length ?? 0
  const which = rows > 5 ? `The first 5 of ${rows} rows; all of them were compared. ` : ''
  return equal === null ? '' : `${which}At ${lsnText(position)} of the primary’s log.`
}

function summaryOf(compared) {
  const judged = compared.filter(({ equal }) => equal !== null)
  const sum = (side) => tookText(judged.reduce((total, each) => total + each[side].milliseconds, 0))
  const different = judged.filter(({ equal }) => !equal).length
  if (judged.length === 0) {
    const isBuilding = compared.some(({ store }) => store.building)
    return isBuilding
      ? 'The store is being built: there is nothing to compare yet.'
      : 'Not compared: one of them does not answer.'
  }
  const equal = different === 0 ? `All ${judged.length} are equal.` : `${different} of ${judged.length} are different.`
  return `${equal} Replica ${sum('replica')}, reporting store ${sum('store')} for all of them.`
}
