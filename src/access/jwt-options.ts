import { z } from 'zod'
import { MillraceError } from '../errors.ts'
import type { ClaimNames } from './claims.ts'
import type { Keys } from './keys.ts'
import type { RoleGrants } from './permissions.ts'
import type { TokenCacheOptions } from './token-cache.ts'

export interface JwtViewerOptions {
  /** The `iss` that a token must have; one of them, if there are several. */
  readonly issuer: string | readonly string[]
  /** The `aud` that a token must have; one of them, if there are several. */
  readonly audience: string | readonly string[]
  readonly keys: Keys
  /** A narrower or another choice of what the kind of key allows. HS256; RS256 or what the curve says; RS256 and ES256 of a set. */
  readonly algorithms?: readonly string[]
  readonly claims?: ClaimNames
  /** What each role of the `roles` claim may do. Without it roles give nothing. */
  readonly roles?: RoleGrants
  /** How far the issuer's clock may be from ours, at most 300. 0. */
  readonly clockToleranceSeconds?: number
  readonly cache?: Pick<TokenCacheOptions, 'size' | 'lifeSeconds'>
  /** Milliseconds since 1970. */
  readonly clock?: () => number
}

const text = z.string('must be a string').min(1, 'must not be empty')
const texts = z.array(text, 'must be an array of strings').min(1, 'must not be empty')
const either = z.union([text, texts], 'must be a string or an array of strings')
const seconds = (least: number, most: number) =>
  z.number('must be a number').min(least, `must be at least ${least}`).max(most, `must be at most ${most}`)

const claims = z.strictObject({
  tenant: either.optional(),
  subject: either.optional(),
  permissions: either.optional(),
  roles: either.optional(),
  attributes: z
    .union([either, z.record(z.string(), either)], 'must be a claim, or a claim for each attribute')
    .optional(),
})

/** All but the keys. A field that is not known is refused: a misspelt `audience` must not mean "any". */
const shape = z.strictObject({
  issuer: either,
  audience: either,
  keys: z.looseObject(
    {
      maxAgeSeconds: seconds(0, 86_400).optional(),
      cooldownSeconds: seconds(0, 86_400).optional(),
      retrySeconds: seconds(0, 3600).optional(),
      timeoutSeconds: seconds(0.001, 60).optional(),
    },
    'must hold one of secret, publicKey and jwks',
  ),
  algorithms: texts.optional(),
  claims: claims.optional(),
  roles: z.record(z.string(), z.array(text, 'must be an array of permissions'), 'must be an object').optional(),
  clockToleranceSeconds: seconds(0, 300).optional(),
  cache: z
    .strictObject({
      size: z.int('must be a whole number').min(1, 'must be at least 1').optional(),
      lifeSeconds: seconds(1, 300).optional(),
    })
    .optional(),
  clock: z.custom((value) => typeof value === 'function', 'must be a function').optional(),
})

/** Throws CONFIG_INVALID, naming the field. */
export function checkJwtOptions(options: JwtViewerOptions): void {
  const { error } = shape.safeParse(options)
  const issue = error?.issues[0]
  if (issue === undefined) return
  const unknown = issue.code === 'unrecognized_keys'
  const field = ['viewer', ...issue.path, ...(unknown ? issue.keys.slice(0, 1) : [])].join('.')
  throw new MillraceError('CONFIG_INVALID', `${field}: ${unknown ? 'is not a field' : issue.message}`)
}
