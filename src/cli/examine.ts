import type { Part } from './examined.ts'
import { failureOf } from './failure.ts'
import type { AnyFinding } from './finding-blocks.ts'

/** Looks at one part: what keeps it from being looked at is what is wrong with it. */
export async function examine(
  name: string,
  look: (found: { facts: string[]; findings: AnyFinding[] }) => Promise<void>,
): Promise<Part> {
  const found = { facts: [] as string[], findings: [] as AnyFinding[] }
  try {
    await look(found)
  } catch (error) {
    found.findings.push(failureFinding(name, error))
  }
  return { name, ...found }
}

export function failureFinding(about: string, error: unknown): AnyFinding {
  const { detail, next } = failureOf(error)
  return { severity: 'error', about, problem: detail, next }
}

export const skip = (name: string, skipped: string): Part => ({ name, facts: [], findings: [], skipped })
