import { MillraceError } from '../errors.ts'
import type { ChangeEvent, Rebuild } from '../replication/change-event.ts'
import type { ChangeStream } from '../replication/change-stream.ts'
import type { Build, BuildId, Position, Progress, ReportStore, UnfitBuild } from '../store/report-store.ts'
import { type ActiveBuild, idOf } from './active-build.ts'
import type { Observe } from './fold-event.ts'
import { FollowedBuilds } from './followed-builds.ts'
import { OpenBatch } from './open-batch.ts'
import { patiently } from './patiently.ts'
import { writeSource } from './source-text.ts'
import { StoreWriter } from './store-writer.ts'

export interface SessionOptions {
  readonly store: ReportStore
  readonly stream: string
  readonly slot: string
  readonly changes: ChangeStream
  readonly progress: Progress
  readonly flushMilliseconds: number
  readonly idleMilliseconds: number
  readonly memoryBytes: number
  readonly spillFolder: string | undefined
  readonly observe: Observe
  readonly signal: AbortSignal
  /** Told that builds were ended, and others must take their place. */
  readonly onEnded: () => void
}

/** For so long nothing else in the process gets its turn. */
const yieldMilliseconds = 5

/** A pause of the fold: everything that was read is in the store, and nothing more is taken until it ends. */
export interface Pause {
  readonly position: Position
  readonly epoch: number
}

/**
 * The fold while it holds the slot: takes the changes, adds up what they mean for each build, and hands them to the store batch by
 * batch; what the store has it acknowledges (R1).
 */
export class Session {
  readonly #options: SessionOptions
  readonly #source: string
  readonly #followed: FollowedBuilds
  readonly #writer: StoreWriter
  #batch: OpenBatch
  #isWithin = false
  /** Up to where batches were closed. */
  #position: Position
  #committedAt: bigint
  #epoch: number
  /** S5: the end of the batch that was begun before, which the first one must have. */
  #declared: Position | undefined
  #lastFlush = Number.NEGATIVE_INFINITY
  readonly #tasks: ((pause: Pause) => Promise<void>)[] = []
  #wake = () => {}
  #yielded = 0

  constructor(options: SessionOptions) {
    this.#options = options
    const { changes, slot, progress } = options
    const ofWriter = {
      stopUnfit: (builds: readonly UnfitBuild[]) => this.#stopUnfit(builds),
      onEnd: () => this.#wake(),
    }
    this.#writer = new StoreWriter({ ...options, ...ofWriter }, progress.position)
    this.#source = writeSource({ slot, server: changes.server })
    this.#position = progress.position
    this.#committedAt = progress.committedAt
    this.#epoch = progress.epoch
    this.#declared = progress.until
    this.#batch = this.#openBatch()
    this.#followed = new FollowedBuilds(this.#batch)
  }

  /** How far the store has come. */
  get position(): Position {
    return this.#writer.position
  }

  builds(): readonly ActiveBuild[] {
    return this.#followed.list()
  }

  /** Before `run`, or within a pause: the changes after each one's start are added to it from here on. */
  follow(builds: Iterable<Build>, epoch = this.#epoch): void {
    this.#followed.follow(builds)
    this.#epoch = epoch
  }

  /** They take no changes any more; what becomes of them in the store is the caller's. */
  forget(builds: Iterable<BuildId>): void {
    this.#followed.forget(builds)
  }

  /**
   * Ends builds whose changes cannot be followed any more, durably before the store moves past what was read by now. `again`: they are
   * dropped, and built anew; otherwise stopped, with why.
   */
  end(builds: Iterable<ActiveBuild>, detail: string, again: boolean): void {
    this.#followed.end(builds, detail, again)
    this.#wake()
  }

  /** Runs something while the fold stands still between two batches; rejects with it, and when the session ends before. */
  paused<Result>(work: (pause: Pause) => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#writer.failure !== undefined) return reject(this.#writer.failure.error)
      this.#tasks.push(async (pause) => {
        if (this.#writer.failure === undefined) await work(pause).then(resolve, reject)
        else reject(this.#writer.failure.error)
      })
      this.#wake()
    })
  }

  /** Until the store has come there. Rejects when the session ends before. */
  reached(position: Position): Promise<void> {
    const reached = this.#writer.reached(position)
    this.#wake()
    return reached
  }

  /** Until the signal is aborted, or the stream must begin anew. Throws SOURCE_UNAVAILABLE, STORE_CONFLICT. */
  async run(): Promise<Rebuild | undefined> {
    const pieces = this.#options.changes[Symbol.asyncIterator]()
    let next = pieces.next()
    // Whoever awaits it below sees its failure; until then it must not count as unhandled.
    next.catch(() => {})
    try {
      for (;;) {
        // Pieces that wait already come without the store's answers being looked at.
        if (performance.now() - this.#yielded > yieldMilliseconds) await this.#yield()
        const piece = await this.#nextPiece(next)
        if (piece?.done) return undefined
        if (piece !== undefined) {
          for (const event of piece.value) {
            if (event.type === 'rebuild') return event
            if (this.#declared !== undefined) await this.#finishDeclared(event)
            this.#take(event)
            // A piece seldom ends where a transaction does.
            if (event.type === 'commit' && this.#due() <= performance.now()) await this.#settle()
          }
          next = pieces.next()
          next.catch(() => {})
        }
        await this.#settle()
      }
    } catch (error) {
      this.#writer.fail(error)
      throw error
    } finally {
      await this.#leave()
    }
  }

  /** Where the event is past the end that was declared. */
  async #finishDeclared(event: ChangeEvent): Promise<void> {
    const end = this.#declared as Position
    const isPast = event.type === 'begin' ? event.commitsAt >= end : event.type === 'idle' && event.position >= end
    if (!isPast) return
    this.#declared = undefined
    await this.#endBuilds()
    this.#batch.to = end
    this.#flush()
    await this.#writer.idle()
  }

  async #yield(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.#yielded = performance.now()
  }

  /** The next piece; or nothing, when a batch is due or somebody waits for a pause. */
  async #nextPiece(next: Promise<IteratorResult<readonly ChangeEvent[], void>>) {
    const due = this.#due()
    if (due <= performance.now()) {
      return await Promise.race([next, new Promise<undefined>((resolve) => setImmediate(resolve, undefined))])
    }
    let timer: NodeJS.Timeout | undefined
    const woken = new Promise<undefined>((resolve) => {
      this.#wake = () => resolve(undefined)
      timer = setTimeout(this.#wake, Math.min(due - performance.now(), 60_000))
    })
    try {
      return await Promise.race([next, woken])
    } finally {
      clearTimeout(timer)
    }
  }

  /** When the fold has something to do besides reading on, on a clock that never goes back. */
  #due(): number {
    if (this.#writer.failure !== undefined) return 0
    if (this.#isWithin || this.#writer.isWriting || this.#declared !== undefined) return Number.POSITIVE_INFINITY
    if (this.#tasks.length > 0 || this.#followed.hasEnded) return 0
    if (this.#batch.hasAdditions) return this.#lastFlush + this.#options.flushMilliseconds
    if (this.#batch.to === this.#position) return Number.POSITIVE_INFINITY
    return this.#writer.isAwaited ? 0 : this.#lastFlush + this.#options.idleMilliseconds
  }

  async #settle(): Promise<void> {
    const isFull = this.#batch.bytes > this.#options.memoryBytes
    if (isFull) await this.#writer.idle()
    if (this.#writer.failure !== undefined) throw this.#writer.failure.error
    if (this.#isWithin || this.#declared !== undefined) return isFull ? await this.#batch.spill() : undefined
    if (this.#tasks.length > 0 || this.#followed.hasEnded) await this.#pause()
    else if (isFull || this.#due() <= performance.now()) this.#flush()
  }

  async #pause(): Promise<void> {
    await this.#endBuilds()
    await this.#writer.idle()
    if (this.#batch.to > this.#position) this.#flush()
    await this.#writer.idle()
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) {
      await task({ position: this.#position, epoch: this.#epoch })
    }
  }

  async #endBuilds(): Promise<void> {
    const ended = this.#followed.takeEnded()
    for (const { active, detail, again } of ended) await this.#endInStore(idOf(active.build), detail, again)
    if (ended.length > 0) this.#options.onEnded()
  }

  /** While a batch is written that their counters do not fit the store with: it goes on without them, and so does what follows. */
  async #stopUnfit(builds: readonly UnfitBuild[]): Promise<void> {
    this.#followed.forget(builds.map(({ build }) => build))
    for (const { build, detail } of builds) await this.#endInStore(build, detail, false)
    this.#options.onEnded()
  }

  async #endInStore(build: BuildId, detail: string, again: boolean): Promise<void> {
    const { store, stream, observe } = this.#options
    await patiently(this.#options, () => (again ? store.drop(stream, build) : store.stop(stream, [build], detail)))
    observe({ type: 'build-stopped', build, detail, again })
  }

  #openBatch(): OpenBatch {
    return new OpenBatch(this.#position, this.#committedAt, this.#options.spillFolder)
  }

  /** Closes the batch and gives it to the store, while the next one is begun. */
  #flush(): void {
    const closed = this.#batch.close(this.#epoch, this.#source)
    this.#position = closed.to
    this.#committedAt = closed.committedAt
    this.#batch = this.#openBatch()
    this.#followed.continueIn(this.#batch)
    this.#lastFlush = performance.now()
    this.#writer.write(closed)
  }

  #take(event: Exclude<ChangeEvent, Rebuild>): void {
    switch (event.type) {
      case 'insert':
      case 'update':
      case 'delete':
        this.#followed.change(event)
        break
      case 'begin':
        this.#isWithin = true
        this.#followed.begin(event.commitsAt)
        break
      case 'commit':
        this.#isWithin = false
        this.#batch.to = event.position
        if (event.committedAt > this.#batch.committedAt) this.#batch.committedAt = event.committedAt
        break
      case 'idle':
        this.#batch.to = event.position
        break
      case 'incomplete':
        this.#followed.incomplete(event)
        break
      case 'truncate':
        this.#followed.truncate(event)
        break
      case 'message':
        break
    }
  }

  async #leave(): Promise<void> {
    this.#writer.fail(new MillraceError('SOURCE_UNAVAILABLE', 'the fold has left the stream'))
    await this.#writer.idle()
    for (const task of this.#tasks.splice(0)) await task({ position: this.#position, epoch: this.#epoch })
    await this.#options.changes.close()
  }
}
