import { z } from 'zod'
import { MillraceError } from '../errors.ts'
import { mostReports } from './read-many.ts'
import type { ConditionalRequest } from './wire.ts'

/** What a report is called has at most 63; what is longer would only fill the log. */
const longestName = 100
/** Twice what one of ours has. */
const longestTag = 64

/** JSON numbers are floats to JavaScript: past 2^53 another whole number would arrive than was sent. */
const number = z
  .number()
  .refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value), 'is too large a number: write it as text')
const one = z.union([z.string(), number, z.boolean(), z.null()], 'must be text, a number, true, false or null')
const value = z.union([one, z.array(one)], 'must be a value or a list of values')

/** The body that asks for several reports. */
const readRequests = z.strictObject(
  {
    requests: z
      .array(
        z.strictObject(
          {
            report: z.string('must be text').max(longestName, `must be at most ${longestName} characters`),
            params: z.record(z.string(), value, 'must be an object').optional(),
            etag: z.string('must be text').max(longestTag, `must be at most ${longestTag} characters`).optional(),
          },
          'must be an object',
        ),
        'must be an array',
      )
      .min(1, 'must name at least one report')
      .max(mostReports, `must name at most ${mostReports} reports`),
  },
  'must be an object',
)

/** Throws REQUEST_INVALID, naming the member and never its value. */
export function requestsIn(body: unknown): readonly ConditionalRequest[] {
  const { success, data, error } = readRequests.safeParse(body)
  if (success) return data.requests as readonly ConditionalRequest[]
  const issue = error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys'
  const member = ['body', ...(issue?.path ?? []), ...(unknown ? issue.keys.slice(0, 1) : [])].join('.').slice(0, 200)
  throw new MillraceError('REQUEST_INVALID', `${member} ${unknown ? 'is not a member' : (issue?.message ?? '')}`)
}
