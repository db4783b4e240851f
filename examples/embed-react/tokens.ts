import type { TokenSource } from 'millrace/elements'

/** Asks the host for a token when one is needed, and keeps it until it is refused. */
export function tokens(): TokenSource {
  let kept: string | undefined
  return async ({ expired }) => {
    if (kept === undefined || expired) {
      const response = await fetch('/session/token', { method: 'POST' })
      kept = response.ok ? ((await response.json()) as { token: string }).token : undefined
    }
    return kept
  }
}
