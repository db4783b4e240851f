import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { FoldEvent } from '../../src/fold/fold-event.ts'
import type { BuildId } from '../../src/store/report-store.ts'
import type { FoldInput } from './fold-process.ts'

/** What is known of the process that folds. */
export interface FoldState {
  readonly state: 'starting' | 'building' | 'following' | 'ended'
  /** Rollups of a report for a customer that are there, of those that there should be. */
  readonly ready: number
  readonly wanted: number
  /** Rows that have been read to build them. */
  readonly rows: number
  /** The last thing that went wrong, in its own words. */
  readonly trouble?: string
}

export interface Folding {
  readonly state: FoldState
  /** Begins, once the database is prepared. */
  begin(input: FoldInput): void
  /** Until everything is built. Throws where the process ends first. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/**
 * What folds, in a process of its own as in production. It ends with this one, however that ends: its channel closes then.
 * Started before there is anything to fold, since loading a program takes a moment, too.
 */
export function startFolding(progress: (line: string) => void): Folding {
  const child = fork(join(import.meta.dirname, 'fold-process.ts'), {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
    // Ctrl-C reaches every process of a terminal's group, and when this one ends is for its parent to say.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  progress(`What folds is process ${child.pid}`)
  const ended = once(child, 'exit').catch(() => {})
  const waiting = new Set<() => void>()
  let state: FoldState = { state: 'starting', ready: 0, wanted: 0, rows: 0 }
  const rollups = new Set<string>()
  const rowsOfTables = new Map<string, number>()
  let stopping = false
  const change = (next: FoldState) => {
    state = next
    for (const wake of waiting) wake()
  }
  child.on('message', (event: FoldEvent) => {
    const before = state
    count(event)
    const rows = [...rowsOfTables.values()].reduce((sum, each) => sum + each, 0)
    const isWhole = rollups.size >= state.wanted && state.state !== 'starting'
    const { trouble: _, ...known } = state
    const trouble = event.type === 'trouble' ? { trouble: event.detail } : event.type === 'batch' ? {} : pick(state)
    change({ ...known, ...trouble, rows, ready: rollups.size, state: isWhole ? 'following' : state.state })
    // What goes on being wrong is said once.
    if (event.type === 'trouble' && event.detail !== before.trouble)
      progress(`Folding, ${event.about}: ${event.detail}`)
    if (state.state === 'following' && before.state !== 'following')
      progress(`The store follows the primary: ${state.ready} rollups, built from ${inWords(state.rows)} rows`)
  })
  function count(event: FoldEvent): void {
    if (event.type === 'build-progress') rowsOfTables.set(event.table, event.rows)
    if (event.type === 'build-ready') rollups.add(keyOf(event.build))
    if (event.type === 'build-stopped') rollups.delete(keyOf(event.build))
  }
  void ended.then(() => {
    change({ ...state, state: 'ended' })
    if (!stopping) progress('What folds has ended')
  })
  return {
    get state() {
      return state
    },
    begin(input) {
      change({ ...state, state: 'building', wanted: input.wanted })
      child.send(input, () => {})
    },
    async settled() {
      while (state.state !== 'following') {
        if (state.state === 'ended') throw new Error('what folds has ended before everything was built')
        await new Promise<void>((resolve) => waiting.add(resolve))
        waiting.clear()
      }
    },
    async stop() {
      stopping = true
      if (isRunning(child)) child.disconnect()
      await ended
    },
  }
}

const isRunning = (child: ChildProcess) => child.connected && child.exitCode === null

const pick = ({ trouble }: FoldState) => (trouble === undefined ? {} : { trouble })
const keyOf = ({ tenant, report }: BuildId): string => JSON.stringify([tenant, report])
const inWords = (rows: number) => new Intl.NumberFormat('en').format(rows)
