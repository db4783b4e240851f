/**
 * A token is asked for when one is needed, once for all who need it then, and kept until it is refused. `lost` is told where nobody is
 * signed in any more.
 */
export function tokens(lost) {
  let kept
  const ask = async () => {
    const response = await fetch('/session/token', { method: 'POST' })
    if (response.status === 401) lost()
    if (response.ok) return (await response.json()).token
    kept = undefined
  }
  return ({ expired }) => {
    if (kept === undefined || expired) kept = ask()
    return kept
  }
}

/** Signs in as a role at a customer. What the server then says of the session. */
export async function openSession(tenant, role) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch('/session', { method: 'POST', headers, body: JSON.stringify({ tenant, role }) })
  return response.ok ? response.json() : { signedIn: false }
}

export const closeSession = () => fetch('/session', { method: 'DELETE' })
