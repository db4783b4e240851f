import type { BuildId, Position, Request } from '../store/report-store.ts'

/** What a fold tells of its work: for logs, metrics, and whoever waits for it. */
export type FoldEvent =
  /** Another worker folds; this one waits until it ends. */
  | { readonly type: 'waiting'; readonly for: 'slot' | 'store' | 'source'; readonly detail: string }
  | { readonly type: 'started'; readonly slot: string; readonly position: Position; readonly builds: number }
  /** The changes could not be continued: a new slot, and every build anew. */
  | { readonly type: 'restarted'; readonly slot: string; readonly position: Position; readonly reason: string }
  | {
      readonly type: 'batch'
      readonly position: Position
      /** By the source's clock, in microseconds since 1970. */
      readonly committedAt: bigint
      readonly changes: number
      readonly counters: number
      readonly milliseconds: number
      readonly spilledBytes: number
    }
  | {
      readonly type: 'build-opened'
      readonly builds: readonly BuildId[]
      readonly startsAt: Position
      readonly why: string
    }
  | {
      readonly type: 'build-progress'
      readonly table: string
      readonly builds: number
      readonly rows: number
      /** How many there are by the planner's estimate; 0: it cannot tell. */
      readonly of: number
    }
  | { readonly type: 'build-ready'; readonly build: BuildId }
  /** Its changes can no longer be followed; a new build takes its place where `again`. */
  | { readonly type: 'build-stopped'; readonly build: BuildId; readonly detail: string; readonly again: boolean }
  | { readonly type: 'build-dropped'; readonly build: BuildId; readonly why: string }
  | { readonly type: 'request'; readonly request: Request }
  /** Something failed that is tried again. */
  | {
      readonly type: 'trouble'
      readonly about: 'source' | 'store' | 'build' | 'tenants' | 'tables'
      readonly detail: string
    }

export type Observe = (event: FoldEvent) => void
