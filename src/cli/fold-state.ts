import type { FoldEvent } from '../fold/fold-event.ts'
import type { Position } from '../store/report-store.ts'

/** What a fold has told of itself so far. */
export interface FoldState {
  /** `waiting`: another worker folds, and this one would take over. */
  readonly phase: 'starting' | 'waiting' | 'folding'
  readonly slot: string | undefined
  readonly position: Position | undefined
  /** By the source's clock, in microseconds since 1970. */
  readonly committedAt: bigint | undefined
  readonly batches: number
  readonly changes: number
  /** Since it last folded: what failed, and is tried again. */
  readonly trouble: string | undefined
}

export const startingState: FoldState = {
  phase: 'starting',
  slot: undefined,
  position: undefined,
  committedAt: undefined,
  batches: 0,
  changes: 0,
  trouble: undefined,
}

export function nextState(state: FoldState, event: FoldEvent): FoldState {
  switch (event.type) {
    case 'waiting':
      return { ...state, phase: 'waiting', trouble: event.for === 'slot' ? undefined : event.detail }
    case 'started':
      return { ...state, phase: 'folding', slot: event.slot, position: event.position, trouble: undefined }
    case 'restarted':
      return { ...state, phase: 'starting', slot: event.slot, position: event.position }
    case 'batch': {
      const { position, changes } = event
      // Before the first commit that is known, a batch may move the position alone.
      const committedAt = event.committedAt === 0n ? state.committedAt : event.committedAt
      const counted = { batches: state.batches + 1, changes: state.changes + changes }
      return { ...state, ...counted, phase: 'folding', position, committedAt, trouble: undefined }
    }
    case 'trouble':
      // That of a table or a build is one tenant's, and the others go on.
      return event.about === 'source' || event.about === 'store' ? { ...state, trouble: event.detail } : state
    default:
      return state
  }
}
