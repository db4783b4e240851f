import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** What a token says once it is verified, and until when: milliseconds since 1970. */
export interface Verified<Value> {
  readonly value: Value
  readonly expiresAt: number
}

export interface TokenCacheOptions {
  /** How many tokens are kept; the one not used for longest goes first. 10,000. */
  readonly size?: number
  /** How long a token is kept without being verified again, if it does not expire sooner. 60. */
  readonly lifeSeconds?: number
  /** Milliseconds since 1970. */
  readonly clock?: () => number
}

/** Verified tokens, since verifying one costs several times as much as the rest of a request. */
export interface TokenCache<Value> {
  /** What the token says: as kept, or by `verify`, whose failure is passed on and not kept. */
  through(token: string, verify: (token: string) => Promise<Verified<Value>>): Promise<Value>
  /** Forgets every token, those too that are being verified now: the keys have changed. */
  clear(): void
  readonly size: number
}

interface Kept<Value> {
  readonly value: Value
  readonly from: number
  readonly until: number
}

export function createTokenCache<Value>(options: TokenCacheOptions = {}): TokenCache<Value> {
  const { size = 10_000, lifeSeconds = 60, clock = Date.now } = options
  // Keyed by a digest, so that no usable token lies in memory for longer than its request.
  const kept = new LRUCache<string, Kept<Value>>({ max: size })
  let generation = 0
  return {
    async through(token, verify) {
      const key = hash('sha256', token, 'base64')
      const hit = kept.get(key)
      const now = clock()
      // A clock that was set back must not lengthen a life.
      if (hit !== undefined && hit.from <= now && now < hit.until) return hit.value
      kept.delete(key)
      const began = generation
      const { value, expiresAt } = await verify(token)
      if (began === generation)
        kept.set(key, { value, from: now, until: Math.min(expiresAt, now + lifeSeconds * 1000) })
      return value
    },
    clear() {
      generation += 1
      kept.clear()
    },
    get size() {
      return kept.size
    },
  }
}
