/*
 * Terminology
 *
 * stream      one source database's changes in commit order, folded by one worker at a time
 * position    a place in that order: a commit record's end LSN as 16 hex digits, so that text order is commit order
 * build       one filling of a rollup for one tenant: (tenant, report, number); a number is never used again
 * counter     a vector of whole numbers at a key of a build; a key whose vector is all zero is absent
 * addition    what one row image adds to one counter, at the position of its transaction
 * batch       the additions of all transactions after one position, up to and including another
 * base        what the rows of a snapshot at a build's own start position X add to it; a stream of its own, in chunks
 * epoch       a number that rises with every change of the set of builds, so that a worker that does not know a build
 *             cannot advance past changes that it needs
 */

/** 16 lower-case hex digits; text order is commit order. */
export type Position = string
export const origin: Position = '0'.repeat(16)

/** T6: a key starts with the tenant. No id, whatever its characters, collides with another. */
export interface BuildId {
  readonly tenant: string
  readonly report: string
  readonly number: number
}

/** Where a counter stands within its build. */
export interface CounterKey {
  /** Orders the counters of a build by bytes; at most 1,024 bytes of UTF-8. */
  readonly sort: string
  /** One of few names that share a sort key, so that a store may keep them in one item. May be empty. */
  readonly field: string
}

export interface Counter extends CounterKey {
  readonly values: readonly bigint[]
}

export interface Addition extends CounterKey {
  readonly build: BuildId
  readonly at: Position
  readonly by: readonly bigint[]
}

export interface Batch {
  readonly from: Position
  readonly to: Position
  readonly epoch: number
  /** When `to` was committed, in microseconds since 1970 by the source's clock. */
  readonly committedAt: bigint
  /** In any order. Read once. */
  readonly additions: AsyncIterable<Addition> | Iterable<Addition>
}

export interface Progress {
  readonly position: Position
  readonly committedAt: bigint
  readonly epoch: number
  /** The end of a batch that was declared and must be finished first, with exactly this end. */
  readonly until?: Position
}

export type BuildState = 'filling' | 'ready' | 'replaced'

export interface Build extends BuildId {
  /** A hash of everything that the counters depend on: definition, tenant's zone and its transitions, encoding. */
  readonly fingerprint: string
  /** Changes at or before it are in the base; those after it are added as they come. */
  readonly startsAt: Position
  readonly state: BuildState
  /** When it was replaced, in milliseconds since 1970 by the store's clock. */
  readonly replacedAt?: number
}

/** From `from`, included, to `to`, excluded, by the bytes of the sort key. */
export interface SortRange {
  readonly from: string
  readonly to: string
}

export interface ReadResult {
  readonly asOf: Position
  readonly committedAt: bigint
  readonly build: Build
  /** Of all ranges, in their order, sorted within each. */
  readonly counters: readonly (readonly Counter[])[]
}

/**
 * Where rollups live, together with how far they have come. What every store must hold, S1 to S8, is in `contract.ts`;
 * the memory store is the model.
 */
export interface ReportStore {
  /** Of a stream that nothing has been applied to: `origin`, epoch 0. */
  progress(stream: string): Promise<Progress>
  /**
   * Adds a batch exactly once, however often and by whomever it is called. Throws STORE_CONFLICT where position or epoch
   * are not what the batch continues from (S4), also when the batch is already in: ask `progress` again.
   */
  apply(stream: string, batch: Batch): Promise<void>

  /** All builds of a stream, of every state. */
  builds(stream: string): Promise<readonly Build[]>
  /**
   * Records a build, durably, before any addition to it, with the next free number; raises the epoch. Throws
   * STORE_CONFLICT where the epoch is not `epoch` or progress is past `startsAt`.
   */
  open(stream: string, build: Omit<Build, 'number' | 'state' | 'replacedAt'>, epoch: number): Promise<Build>
  /** Adds one chunk of a build's base exactly once; a chunk's name identifies it. */
  addBase(
    stream: string,
    build: BuildId,
    chunk: string,
    additions: Iterable<Omit<Addition, 'at' | 'build'>>,
  ): Promise<void>
  /**
   * Makes a filled build the one that is read, at the first moment when progress is at or past its start: before, throws
   * STORE_CONFLICT. The build that it replaces is `replaced`, and still folded until it is dropped.
   */
  ready(stream: string, build: BuildId): Promise<void>
  /** S8: removes one build and nothing else. A read that meets a dropped build fails; it never reads as zero. */
  drop(stream: string, build: BuildId): Promise<void>

  /**
   * Counters of the build that is read for (tenant, report), all exact at one position (S2) that never goes back (S3).
   * Null where none is ready. `at`: of this build and no other; throws STORE_BUILD_GONE where it is no more.
   */
  read(
    stream: string,
    of: { readonly tenant: string; readonly report: string; readonly number?: number },
    ranges: readonly SortRange[],
  ): Promise<ReadResult | null>
  close(): Promise<void>
}
