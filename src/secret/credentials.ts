import { z } from 'zod'
import { withoutAliases } from './aliases.ts'
import { isRecord, type ResolveReference, resolveInto } from './reference.ts'
import { Secret } from './secret.ts'

export interface Credentials {
  readonly user: string
  readonly password: Secret
}

/** Text that PostgreSQL's start message can carry: it ends each field with a zero byte. */
export const plainText = z
  .string()
  .min(1)
  .refine((text) => !text.includes('\0'), 'must not hold a zero byte')

export const password = plainText.transform((value) => new Secret(value))

/**
 * User and password from a secret of their own, such as the one that Amazon RDS keeps for the master user
 * (`rds!db-…`) or that a rotation function writes. Only these two are read: what else it holds, a host above all, belongs to
 * whoever wrote it and often names another server.
 */
export function referencedCredentials(resolve: ResolveReference) {
  return z
    .string()
    .transform(async (setting, context) => {
      const text = await resolveInto(context, setting, resolve)
      if (text === undefined) return z.NEVER
      const json = parseJson(text)
      if (isRecord(json)) return withoutAliases(json)
      context.addIssue({ code: 'custom', message: 'must name a JSON object with username and password' })
      return z.NEVER
    })
    .pipe(z.object({ user: plainText, password }))
}

/** The value, or undefined for what is not JSON: the parser's message, which repeats a piece of the text, is dropped. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
