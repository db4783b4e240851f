import { z } from 'zod'
import type { ServerIdentity } from '../replication/server-identity.ts'

/** What the changes of a stream come from: kept in the store beside the position that was reached on it. */
export interface StreamSource {
  readonly slot: string
  /** Absent until the slot was read once. */
  readonly server?: ServerIdentity | undefined
}

const shape = z.object({
  slot: z.string(),
  server: z.object({ systemIdentifier: z.string(), timeline: z.number() }).optional(),
})

export const writeSource = ({ slot, server }: StreamSource): string => JSON.stringify({ slot, server })

/** Undefined of a stream that nothing was read for yet. */
export function readSource(text: string): StreamSource | undefined {
  if (text === '') return undefined
  return shape.parse(JSON.parse(text))
}
