import '/millrace-elements.js' // in a product: `millrace/elements`, from its own bundle or as a file of its own

const reports = document.querySelector('millrace-reports')
const table = document.querySelector('millrace-table')

/** Where the host gives its page a token for reading reports. Kept until it is refused. */
let kept
reports.token = async ({ expired }) => {
  if (kept !== undefined && !expired) return kept
  const response = await fetch('/session/token', { method: 'POST' })
  document.querySelector('p').hidden = response.ok
  kept = response.ok ? (await response.json()).token : undefined
  return kept
}

document.querySelector('select').addEventListener('change', ({ target }) => {
  table.params = target.value === '' ? {} : { channel: [target.value] }
})
