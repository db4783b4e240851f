import type { Position } from './position.ts'

/**
 * Which server, and on which of its timelines. To be kept durably beside the position that was reached on it: after a
 * failover it tells whether that position is part of the new primary's past.
 */
export interface ServerIdentity {
  readonly systemIdentifier: string
  readonly timeline: number
}

/** Where a former timeline ended: positions past `end` that were reached on it never happened here. */
export interface TimelineEnd {
  readonly timeline: number
  readonly end: Position
}
