import type { AnyFinding } from './finding-blocks.ts'

/** One part of what `millrace doctor` looks at. */
export interface Part {
  readonly name: string
  /** What is so, in words. */
  readonly facts: readonly string[]
  readonly findings: readonly AnyFinding[]
  /** Why it was not looked at. */
  readonly skipped?: string
}

export type PartState = 'ok' | 'warning' | 'error' | 'skipped'

export function stateOf({ findings, skipped }: Part): PartState {
  if (findings.some(({ severity }) => severity !== 'warning')) return 'error'
  if (findings.length > 0) return 'warning'
  return skipped === undefined ? 'ok' : 'skipped'
}
