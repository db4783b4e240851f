const number = new Intl.NumberFormat(document.documentElement.lang)

/** The choice between the two secrets that the host runs with, and what it says of how far the store has come. */
export function engineSwitch(reports, changed) {
  const fieldset = document.getElementById('engine')
  const said = document.getElementById('engine-said')
  let timer
  let last

  fieldset.addEventListener('change', () => {
    reports.endpoint = chosen()
    said.textContent = words()
  })
  const chosen = () => fieldset.querySelector(':checked').value

  function words() {
    if (chosen() === '/replica') return 'One statement on the standby for each report'
    if (last === undefined) return ''
    const { state, store, ready, wanted, rows, trouble } = last
    if (state === 'starting') return 'The database is being prepared; the replica answers until then'
    if (state === 'building')
      return `Being built in ${store}, ${ready} of ${wanted} rollups are ready, ${number.format(rows)} rows read; the replica answers until then`
    if (state === 'ended') return 'Nothing follows the primary: what folds has ended'
    if (trouble !== undefined) return `Following, but: ${trouble}`
    return `Counters in ${store} that follow the primary; ${ready} rollups`
  }

  async function look() {
    clearTimeout(timer)
    const response = await fetch('/engines').catch(() => undefined)
    const before = last?.state
    if (response?.ok) last = await response.json()
    const text = words()
    if (said.textContent !== text) said.textContent = text
    if (before !== undefined && before !== last.state) changed(last.state)
    const wait = last?.state === 'following' ? 5_000 : 700
    timer = setTimeout(look, wait)
  }

  return {
    /** Where something is answered by one of them. */
    enter(page) {
      fieldset.hidden = page === 'engines'
    },
    /** While somebody is signed in. */
    watch: look,
    rest: () => clearTimeout(timer),
    state: () => last?.state,
  }
}
