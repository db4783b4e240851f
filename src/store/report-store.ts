/*
 * Terminology
 *
 * stream      one source database's changes in commit order, folded by one worker at a time
 * position    a place in that order: a commit record's end LSN as 16 hex digits, so that text order is commit order
 * build       one filling of a rollup for one tenant: (tenant, report, number); a number is never used again
 * counter     a vector of whole numbers at a key of a build; a key whose vector is all zero is absent
 * addition    what one row image adds to one counter, or several of them summed
 * batch       the additions of all transactions after one position, up to and including another
 * expiry      when a counter is no longer read, by the source's clock: a part of what its key is for
 * base        what the rows of a snapshot at a build's own start position X add to it; a stream of its own, in chunks
 * epoch       a number that rises with every change of the set of builds, so that a worker that does not know a build
 *             cannot advance past changes that it needs
 * filling     builds that were opened at once and whose bases are filled together
 * request     what an operator asks of the worker, wherever it runs
 */

export { type UnfitBuild, UnfitCounters } from './unfit-counters.ts'

/** 16 lower-case hex digits; text order is commit order. */
export type Position = string
export const origin: Position = '0'.repeat(16)

/** T6: a key starts with the tenant. No id, whatever its characters, collides with another. */
export interface BuildId {
  readonly tenant: string
  readonly report: string
  /** Rises with every build of the stream, so that none is used again, even once nothing of its tenant is left. */
  readonly number: number
}

/** Where a counter stands within its build. */
export interface CounterKey {
  /** Orders the counters of a build by its bytes in UTF-8. Any text without NUL; a store keeps long ones whole. */
  readonly sort: string
}

export interface Counter extends CounterKey {
  readonly values: readonly bigint[]
}

/** Whole numbers of any size; the shorter of two vectors counts as zero beyond its end. */
export interface BaseAddition extends CounterKey {
  readonly by: readonly bigint[]
  /**
   * S9: in whole seconds since 1970. Of all additions to a key of a build the same; without it the counter stays. An addition that comes
   * when the stream is there already is left out.
   */
  readonly expiresAt?: number | undefined
}

export interface Addition extends BaseAddition {
  readonly build: BuildId
}

export interface Batch {
  readonly from: Position
  readonly to: Position
  readonly epoch: number
  /** When `to` was committed, in microseconds since 1970 by the source's clock; never before that of the batch before. */
  readonly committedAt: bigint
  /** What the changes come from; kept beside `to`. Opaque to a store. */
  readonly source: string
  /** In any order, a key once or several times; those of a build that is not there (any more) are left out. Read once. */
  readonly additions: AsyncIterable<Addition> | Iterable<Addition>
}

/** Builds that were opened at once, and how far their bases have come, as whoever fills them told last. */
export interface Filling {
  /** Their numbers: from the first to the last. */
  readonly first: number
  readonly last: number
  /** Of the work, 0 to 1, as far as it can be estimated; null: nobody can tell. */
  readonly share: number | null
  /** They are filled no more. What came of each, its state says. */
  readonly isOver: boolean
}

export interface ToldFilling extends Filling {
  /** Milliseconds since 1970, by the store's clock. */
  readonly toldAt: number
}

export interface Progress {
  readonly position: Position
  readonly committedAt: bigint
  readonly epoch: number
  /** As the last batch or restart said it; empty at first. */
  readonly source: string
  /** The end of a batch that was declared and must be finished first, with exactly this end. */
  readonly until?: Position
  /** Of the builds that were filled last, if anything was told of them. */
  readonly filling?: ToldFilling
}

/**
 * `filling`: its base is not whole yet. `ready`: it is read. `replaced`: another is read in its stead; it is folded on, and
 * can be read again. `stopped`: it takes no changes any more and is never read.
 */
export type BuildState = 'filling' | 'ready' | 'replaced' | 'stopped'

/** A build in state `filling`. */
export interface FillingBuild extends BuildId {
  readonly fingerprint: string
  /** What was told of it, if anything was. */
  readonly filling?: ToldFilling
}

export interface NewBuild {
  readonly tenant: string
  readonly report: string
  /** A hash of everything that the counters depend on. */
  readonly fingerprint: string
  /** How a row is folded, and what was known of its table. Both opaque to a store. */
  readonly definition: string
  readonly facts: string
  /** Changes at or before it are in the base; those after it are added as they come. */
  readonly startsAt: Position
}

export interface Build extends NewBuild, BuildId {
  readonly state: BuildState
  /** When it came into its state, in milliseconds since 1970 by the store's clock. */
  readonly since: number
  /** Why it was stopped. */
  readonly detail?: string
  /** The end of the last batch that added something to it; its start before. */
  readonly changedAt: Position
}

/** From `from`, included, to `to`, excluded, by the bytes of the sort key. */
export interface SortRange {
  readonly from: string
  readonly to: string
}

/** The build of a report as one definition of it reads it; or one build alone, whatever its state. */
export type Reading = { readonly tenant: string; readonly report: string; readonly fingerprint: string } | BuildId

/**
 * A build whose base is whole, as it was after the last batch that added to it: as long as both are the same, so is each counter, but
 * for those that have expired meanwhile.
 */
export type State = Pick<Build, 'number' | 'changedAt'>

export interface ReadResult {
  readonly asOf: Position
  readonly committedAt: bigint
  readonly build: Build
  /**
   * Of each range, in their order, sorted by key, without those that have expired at `committedAt`; none at all where the build is in
   * the state that the reader knows.
   */
  readonly counters: readonly (readonly Counter[])[]
}

export interface Changed {
  readonly position: Position
  readonly committedAt: bigint
  readonly reports: readonly (BuildId & { readonly changedAt: Position })[]
  /** As `Progress` has it. */
  readonly filling?: ToldFilling
}

export interface NewRequest {
  readonly kind: 'rebuild' | 'verify' | 'repair'
  /** All of them where it names none. */
  readonly tenant?: string
  readonly report?: string
}

export interface Request extends NewRequest {
  readonly id: string
  readonly state: 'waiting' | 'running' | 'done' | 'failed'
  /** JSON: how far it has come, or what came of it. */
  readonly outcome: string
  /** Milliseconds since 1970, by the store's clock. */
  readonly askedAt: number
}

/**
 * Where rollups live, together with how far they have come. What every store must hold, S1 to S9, is in `contract.ts`;
 * the memory store is the model. Throws STORE_UNAVAILABLE where it cannot be reached: whether the call took effect is then
 * unknown, and it may be made again.
 */
export interface ReportStore {
  /** Of a stream that nothing has been applied to: `origin`, epoch 0, no source. */
  progress(stream: string): Promise<Progress>
  /**
   * Adds a batch exactly once, however often and by whomever it is called. Throws STORE_CONFLICT where position or epoch
   * are not what the batch continues from (S4), also when the batch is already in: ask `progress` again. Throws UnfitCounters where
   * builds have counters that the store cannot hold: stop these, and apply the batch again, with the same end (S5).
   */
  apply(stream: string, batch: Batch): Promise<void>
  /**
   * Begins the stream anew where its changes cannot be continued: drops all its builds and moves to the position, which may
   * be before the former; raises the epoch. Throws STORE_CONFLICT where the epoch is not `epoch`.
   */
  restart(
    stream: string,
    from: { readonly position: Position; readonly source: string; readonly epoch: number },
  ): Promise<Progress>

  /** All builds of a stream, of every state, in the order of their numbers. */
  builds(stream: string): Promise<readonly Build[]>
  /**
   * Records builds, durably and all at once, before any addition to them, in state `filling`; raises the epoch by one. Throws
   * STORE_CONFLICT where the epoch is not `epoch` or progress is past one's `startsAt`.
   */
  open(stream: string, builds: readonly NewBuild[], epoch: number): Promise<readonly Build[]>
  /**
   * Adds one chunk of a build's base exactly once; a chunk's name identifies it. Throws STORE_BUILD_GONE where it is not `filling`, and
   * UnfitCounters where the store cannot hold what it would come to.
   */
  addBase(stream: string, build: BuildId, chunk: string, additions: Iterable<BaseAddition>): Promise<void>
  /**
   * Leaves word of how far builds have come that are being filled, for whoever waits for them; nothing else changes. What is told of
   * builds with lower numbers than those that were told of last is left out: whoever tells it is late.
   */
  tellFilling(stream: string, filling: Filling): Promise<void>
  /** The builds of some tenants that are being filled. In no order. */
  fillings(stream: string, tenants: readonly string[]): Promise<readonly FillingBuild[]>
  /**
   * Makes a filled build, or one that was replaced, the one that is read, at the first moment when progress is at or past its
   * start: before, throws STORE_CONFLICT. Another that is `ready` of the same tenant and report becomes `replaced`. Of one that
   * is `ready` already: nothing. Throws STORE_BUILD_GONE where it was dropped or stopped.
   */
  ready(stream: string, build: BuildId): Promise<void>
  /** From `ready` to `replaced`, with nothing in its stead. */
  retire(stream: string, build: BuildId): Promise<void>
  /** Builds of any state become `stopped`: they take no addition and are never read. Those that are gone are left out. */
  stop(stream: string, builds: readonly BuildId[], detail: string): Promise<void>
  /** S8: removes one build and nothing else; nothing of it is left. A read that meets it fails or finds none; it never reads as zero. */
  drop(stream: string, build: BuildId): Promise<void>

  /**
   * Counters of a build, all exact at one position (S2) that never goes back (S3). By fingerprint: of the newest build that is
   * `ready` or `replaced`; null where there is none. By number: throws STORE_BUILD_GONE where it was dropped or stopped. `known` is
   * the state whose counters the reader has: they are not read again, and `counters` is empty.
   */
  read(stream: string, of: Reading, ranges: readonly SortRange[], known?: State): Promise<ReadResult | null>
  /** What changed for some tenants after a position: of their `ready` builds. In no order. */
  changed(stream: string, tenants: readonly string[], since: Position): Promise<Changed>

  /** Leaves a request for the worker. Its id. */
  ask(stream: string, request: NewRequest): Promise<string>
  /** In the order in which they were asked; those that ended more than an hour ago may be gone. */
  requests(stream: string): Promise<readonly Request[]>
  answer(stream: string, id: string, answer: Pick<Request, 'state' | 'outcome'>): Promise<void>
  /** Removes a request, in whatever state; of one that is gone: nothing. An answer to it is then left out. */
  withdraw(stream: string, id: string): Promise<void>
  close(): Promise<void>
}
