import type { z } from 'zod'

type RawIssue = Parameters<z.core.$ZodErrorMap>[0]
type Issues = readonly z.core.$ZodIssue[]
type SayPath = (path: readonly PropertyKey[]) => string

/**
 * What is wrong with a member of a secret, in words that hold nothing of the value. Passed to every parse, so that no text
 * of the validation library, of its locale, or of a map that the host application sets is ever used.
 */
export function sayIssue(issue: RawIssue): string {
  if (issue.input === undefined) return 'is missing'
  switch (issue.code) {
    case 'invalid_type':
      return expectations[issue.expected] ?? 'has the wrong type'
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`
    case 'too_small':
    case 'too_big':
      return issue.origin === 'string' ? 'must not be empty' : 'is out of range'
    default:
      return 'is not valid'
  }
}

const expectations: Readonly<Record<string, string>> = {
  string: 'must be text',
  number: 'must be a number',
  int: 'must be a whole number',
  object: 'must be an object',
}

/** `path: what is wrong` for each problem, in the order found; an unknown member is a problem of its own. */
export function listProblems(issues: Issues, sayPath: SayPath): string[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => sayUnknown(key, issue.path, sayPath))
      : `${sayPath(issue.path)}: ${issue.message}`,
  )
}

function sayUnknown(key: string, parent: readonly PropertyKey[], sayPath: SayPath): string {
  // Only what looks like the name of a member is shown: in a garbled secret a value may stand where a name should.
  if (/^[A-Za-z][A-Za-z0-9_-]{0,39}$/.test(key)) return `${sayPath([...parent, key])}: is not a known member`
  return `${sayPath(parent)}: has an unknown member whose name is not shown`
}

/** SECRET_MISSING only if nothing is malformed, and places that members name cannot be read: trying again may help. */
export function codeOf(issues: Issues): 'SECRET_MISSING' | 'SECRET_INVALID' {
  const unreadable = issues.every((issue) => issue.code === 'custom' && issue.params?.code === 'SECRET_MISSING')
  return unreadable ? 'SECRET_MISSING' : 'SECRET_INVALID'
}
