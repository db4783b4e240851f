/** A token is asked for when one is needed, and kept until it is refused. `lost` is told where nobody is signed in any more. */
export function tokens(lost) {
  let kept
  return async ({ expired }) => {
    if (kept === undefined || expired) {
      const response = await fetch('/session/token', { method: 'POST' })
      kept = response.ok ? (await response.json()).token : undefined
      if (response.status === 401) lost()
    }
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
