import type { BuildId, ToldFilling } from './report-store.ts'

/** A text that names a build and no other, whatever characters its tenant's id has (T6). */
export const buildKey = ({ tenant, report, number }: BuildId): string => JSON.stringify([tenant, report, number])

export const isBuild = (a: BuildId, b: BuildId): boolean =>
  a.tenant === b.tenant && a.report === b.report && a.number === b.number

export const isZero = (values: readonly bigint[]): boolean => values.every((value) => value === 0n)

/** The sum of two vectors; the shorter one counts as zero beyond its end. */
export function addVectors(a: readonly bigint[], b: readonly bigint[]): bigint[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0n) + (b[i] ?? 0n))
}

/** What was told of a filling, as far as it is about a build. */
export const fillingOf = (told: ToldFilling | undefined, number: number): { readonly filling?: ToldFilling } =>
  told !== undefined && told.first <= number && number <= told.last ? { filling: told } : {}

/** S9: whether a counter has expired where the stream is at a time in microseconds since 1970. */
export const hasExpired = (expiresAt: number | undefined, committedAt: bigint): boolean =>
  expiresAt !== undefined && expiresAt <= secondsOf(committedAt)

/** The whole seconds of a time in microseconds since 1970. */
export const secondsOf = (microseconds: bigint): number => Number(microseconds / 1_000_000n)
