import { z } from 'zod'
import type { Request } from '../store/report-store.ts'

const difference = z.object({ sort: z.string(), stored: z.array(z.string()), rebuilt: z.array(z.string()) })

const shape = z.object({
  /** Builds that were done, of so many. */
  done: z.number().default(0),
  of: z.number().default(0),
  different: z
    .array(
      z.object({
        tenant: z.string(),
        report: z.string(),
        repaired: z.boolean(),
        counters: z.number(),
        first: z.array(difference),
      }),
    )
    .default([]),
  /** Why it failed. */
  detail: z.string().optional(),
})

/** What the worker says of a request. */
export type RequestOutcome = z.infer<typeof shape>

/** Of a worker of another version, what is understood. */
export function readOutcome({ outcome }: Pick<Request, 'outcome'>): RequestOutcome {
  const empty = { done: 0, of: 0, different: [] }
  try {
    return shape.safeParse(JSON.parse(outcome === '' ? '{}' : outcome)).data ?? empty
  } catch {
    return empty
  }
}

/** `, 3 of 12, 1 different`. */
export function outcomeText(request: Request): string {
  const { done, of, different, detail } = readOutcome(request)
  const parts = [
    ...(of > 0 ? [`${done} of ${of}`] : []),
    ...(different.length > 0 ? [`${different.length} different`] : []),
    ...(detail === undefined ? [] : [detail]),
  ]
  return parts.map((part) => `, ${part}`).join('')
}
