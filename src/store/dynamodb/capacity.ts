/** What one request to DynamoDB took. */
export interface Consumed {
  /** As DynamoDB names it: `UpdateItem`, `Query`, `BatchWriteItem`, … */
  readonly operation: string
  /** What it was for. */
  readonly purpose: Purpose
  readonly readUnits: number
  readonly writeUnits: number
  /** Whether DynamoDB refused it, or a part of it, because the table or a partition took no more. */
  readonly isThrottled: boolean
  /** `failed`: a condition did not hold, which costs as much as a write; `error`: it is tried again, or given up. */
  readonly outcome: 'done' | 'failed' | 'error'
  /** From when it was sent. */
  readonly milliseconds: number
}

/** `counters`: items of counters, written or read; `progress`: how far a stream is; `builds`: which there are; `sweep`: what is deleted. */
export type Purpose = 'counters' | 'progress' | 'builds' | 'sweep' | 'requests'
