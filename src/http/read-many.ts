import { MillraceError } from '../errors.ts'
import type { Problem, ReadRequest, ReadResult, ReportAnswer } from './wire.ts'

/** How many reports one request may read. */
export const mostReports = 20
/** How many of them are read at once: one reader must not fill the tenant's queue, and be refused by it. */
const mostAtOnce = 4

/** Throws REQUEST_INVALID where it is none, or more than a request may read. */
export function refuseTooMany(requests: readonly ReadRequest[]): void {
  if (requests.length === 0 || requests.length > mostReports)
    throw new MillraceError('REQUEST_INVALID', `a request reads 1 to ${mostReports} reports`)
}

/** Each answers or fails by itself; the results are in the order of the requests. */
export async function readEach(
  requests: readonly ReadRequest[],
  read: (report: string, params: object) => Promise<ReportAnswer>,
  problem: (error: unknown) => Problem,
): Promise<ReadResult[]> {
  const results: ReadResult[] = []
  // One iterator for all of them: whoever is done takes the next.
  const waiting = requests.entries()
  const take = async (): Promise<void> => {
    for (const [at, { report, params = {} }] of waiting) {
      try {
        results[at] = { report, answer: await read(report, params) }
      } catch (error) {
        results[at] = { report, problem: problem(error) }
      }
    }
  }
  await Promise.all(Array.from({ length: mostAtOnce }, take))
  return results
}
