import type { z } from 'zod'
import { MillraceError } from '../errors.ts'

/** Reads the text of the secret at the place that a member names. */
export type ResolveReference = (setting: string) => Promise<string>

/** The text at the place that a member names; a place that is wrong or cannot be read becomes a problem of that member. */
export async function resolveInto(
  context: z.core.$RefinementCtx,
  setting: string,
  resolve: ResolveReference,
): Promise<string | undefined> {
  try {
    return await resolve(setting)
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error
    context.addIssue({ code: 'custom', message: error.detail, params: { code: error.code } })
    return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
