/**
 * What the page shows is in its address, after the sign: `#security?severity=critical&severity=high&period=6-months`. So the browser's
 * own back and forward work, and a copied link shows the same view.
 */
export function readAddress() {
  const [workspace, query = ''] = location.hash.slice(1).split('?')
  const parameters = new URLSearchParams(query)
  return { workspace, valuesOf: (name) => [...new Set(parameters.getAll(name))] }
}

/** The address of a workspace with what is chosen in it; nothing of it stands for the default. */
export function addressOf(workspace, chosen = new Map()) {
  const parameters = new URLSearchParams()
  for (const [name, values] of chosen) for (const value of values) parameters.append(name, value)
  const query = parameters.toString()
  return query === '' ? `#${workspace}` : `#${workspace}?${query}`
}

/** Goes there: a new step of the browser's history, or the last one corrected. */
export function goTo(address, { replace = false } = {}) {
  if (address === location.hash) return
  if (replace) history.replaceState(null, '', address)
  else history.pushState(null, '', address)
}
