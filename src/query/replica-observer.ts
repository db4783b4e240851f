import type { ErrorCode } from '../errors.ts'

/** One exchange with the replica, when it has ended. */
export interface ExchangeEvent {
  readonly application: string
  /** How long it waited for a place. */
  readonly queuedMilliseconds: number
  /** How long it took on the replica; 0 where it never got there. */
  readonly milliseconds: number
  readonly outcome: 'answered' | 'aborted' | ErrorCode
}

/** Told what happens at the replica, for metrics and the log. What it throws is ignored. */
export interface ReplicaObserver {
  exchanged?(event: ExchangeEvent): void
}
