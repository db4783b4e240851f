import type { Connection } from '../../src/embedded/connection.ts'
import { fold } from '../../src/fold/fold.ts'
import type { FoldEvent } from '../../src/fold/fold-event.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { createAllowlist } from '../../src/tenancy/allowlist.ts'
import { connectionSettings } from '../connection-settings.ts'
import { findingCatalog } from '../finding-reports.ts'
import { type ProfileShare, profiled } from '../profile.ts'
import { runProgram } from '../program.ts'

/** The fold as `millrace fold` runs it, when it is told to. */
export interface FoldStart {
  readonly source: Connection
  /** The standby that bases are read from; without one, the primary. */
  readonly standby?: Connection
  readonly store: Connection
  /** The names of those that are folded. */
  readonly reports: readonly string[]
  readonly tenants: readonly string[]
}

/**
 * `start` begins to fold, unless it does already, and is answered at once. `built`: once so many builds are ready. `reached`: once the
 * store has come to a position. `stop`: once the slot is free. What was folded is counted from the start.
 */
export type FoldQuestion =
  | { readonly do: 'start'; readonly isProfiled?: boolean }
  | { readonly do: 'built'; readonly builds: number }
  | { readonly do: 'reached'; readonly position: string }
  | { readonly do: 'stop' }

export interface FoldAnswer {
  /** From when the stream of changes was open until what was asked for had come about. */
  readonly seconds: number
  readonly changes: number
  readonly batches: number
  readonly counters: number
  readonly spilledBytes: number
  /** Milliseconds that the store took for all batches. */
  readonly storeMilliseconds: number
  /** Of the process, in seconds, over the same time. */
  readonly cpu: number
  /** What was tried again, each once. */
  readonly troubles: readonly string[]
  /** Where the time went, with `stop` of a fold that was profiled. */
  readonly profile?: readonly ProfileShare[]
}

interface Run {
  readonly stopping: AbortController
  readonly ended: Promise<void>
  readonly profile: Promise<readonly ProfileShare[]> | undefined
  began: { at: number; cpu: NodeJS.CpuUsage } | undefined
  position: string
  built: number
  changes: number
  batches: number
  counters: number
  spilledBytes: number
  storeMilliseconds: number
  readonly troubles: Set<string>
  wake: () => void
  failure: unknown
}

runProgram<FoldStart, object, FoldQuestion, FoldAnswer>(async ({ source, standby, store: where, reports, tenants }) => {
  const store = new PostgresStore({ connection: connectionSettings(where) })
  const allowlist = createAllowlist(tenants.map((id) => ({ id, timeZone: 'Europe/Berlin' })))
  await allowlist.start()
  const folded: readonly ReportDefinition[] = findingCatalog.reports.filter(({ name }) => reports.includes(name))
  let run: Run | undefined

  function start(isProfiled: boolean): Run {
    const stopping = new AbortController()
    const work = () =>
      fold({
        replication: connectionSettings(source),
        ...(standby === undefined ? {} : { snapshots: connectionSettings(standby) }),
        store,
        reports: folded,
        tenants: allowlist,
        signal: stopping.signal,
        observe: (event) => observe(started, event),
      })
    const profile = isProfiled ? profiled(work) : undefined
    const ended = profile === undefined ? work() : profile.then(() => {})
    const started: Run = {
      ...{ stopping, ended, profile, began: undefined, position: '' },
      ...{ built: 0, changes: 0, batches: 0, counters: 0, spilledBytes: 0, storeMilliseconds: 0, troubles: new Set() },
      ...{ wake: () => {}, failure: undefined },
    }
    ended.catch((error: unknown) => {
      started.failure = error
      started.wake()
    })
    return started
  }

  function observe(run: Run, event: FoldEvent): void {
    if (event.type === 'started') {
      run.began ??= { at: performance.now(), cpu: process.cpuUsage() }
      run.position = event.position
    } else if (event.type === 'build-ready') run.built++
    else if (event.type === 'trouble') run.troubles.add(event.detail)
    else if (event.type === 'batch') {
      run.position = event.position
      run.batches++
      run.changes += event.changes
      run.counters += event.counters
      run.spilledBytes += event.spilledBytes
      run.storeMilliseconds += event.milliseconds
    } else return
    run.wake()
  }

  function answerOf({ began, changes, batches, counters, spilledBytes, storeMilliseconds, troubles }: Run): FoldAnswer {
    const cpu = process.cpuUsage(began?.cpu)
    return {
      seconds: began === undefined ? 0 : (performance.now() - began.at) / 1000,
      ...{ changes, batches, counters, spilledBytes, storeMilliseconds },
      ...{ cpu: (cpu.user + cpu.system) / 1e6, troubles: [...troubles] },
    }
  }

  async function until(run: Run, holds: () => boolean): Promise<FoldAnswer> {
    while (!holds()) {
      if (run.failure !== undefined) throw run.failure
      await new Promise<void>((resolve) => {
        run.wake = resolve
      })
    }
    return answerOf(run)
  }

  return {
    ready: {},
    async answer(question) {
      if (question.do === 'start') {
        run = start(question.isProfiled ?? false)
        return answerOf(run)
      }
      const running = run
      if (running === undefined) throw new Error('the fold was not started')
      if (question.do === 'built') return until(running, () => running.built >= question.builds)
      if (question.do === 'reached') return until(running, () => running.position >= question.position)
      const answer = answerOf(running)
      running.stopping.abort()
      await running.ended
      return { ...answer, ...(running.profile === undefined ? {} : { profile: await running.profile }) }
    },
  }
})
