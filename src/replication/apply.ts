import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { MillraceError } from '../errors.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import { withClient } from './client.ts'
import { type PlanOptions, plan } from './plan.ts'
import type { Plan, Step } from './plan-steps.ts'
import type { Position } from './position.ts'
import { settled } from './settled.ts'
import { codeOf, withoutData } from './source-fault.ts'

export interface ApplyOptions extends PlanOptions {
  /** Whether tables that no source names leave the publications. False. */
  readonly removesUnused?: boolean
  /** Milliseconds that a statement waits for a lock, and everybody behind it with it. 200. */
  readonly lockMilliseconds?: number
  /** Milliseconds in which a statement that cannot have its lock is tried again. 600,000. */
  readonly patienceMilliseconds?: number
  readonly signal?: AbortSignal
  /** Told once all is run, and only the transactions are waited for that ran meanwhile. */
  readonly onSettling?: () => void
  /** Told of each statement that was run, before the next. */
  readonly onStep?: (step: Step) => void | Promise<void>
}

export interface Applied {
  readonly steps: readonly Step[]
  /** From here on the changes of all tables are complete: a build begins here or later. */
  readonly position: Position
}

/**
 * Runs what the plan says, each statement by itself, and returns once every transaction has ended that ran while a table joined.
 * It may be broken off at any point and run again. The role must own the tables.
 *
 * Throws REPLICATION_UNPREPARED: where the plan has a refusal, before anything is run.
 */
export function apply(connection: ConnectionSettings, options: ApplyOptions): Promise<Applied> {
  return withClient(connection, async (client) => {
    const done: Step[] = []
    for (;;) {
      const steps = stepsOf(await plan(client, options), options)
      if (steps.length === 0) {
        options.onSettling?.()
        return { steps: done, position: await settled(client, options.signal) }
      }
      // Whatever was made meanwhile, a partition say, needs a second round; what needs the same again would need it for ever.
      const again = steps.find(({ statement }) => done.filter((step) => step.statement === statement).length > 1)
      if (again !== undefined) throw unprepared(`${again.statement}: was run, and has not done what it should`)
      for (const step of steps) {
        await run(client, step, options)
        done.push(step)
        await options.onStep?.(step)
      }
    }
  })
}

function stepsOf({ findings, steps, unused }: Plan, { removesUnused = false }: ApplyOptions): readonly Step[] {
  const refusals = findings.filter(({ severity }) => severity === 'refusal')
  if (refusals.length === 0) return removesUnused ? [...steps, ...unused] : steps
  throw unprepared(refusals.map(({ about, problem, next }) => `${about} ${problem}: ${next}`).join('; '))
}

/** SQLSTATEs. What is there already was made by another run of this; two at one moment meet in the index of a catalog. */
const [lockNotAvailable, deadlock, forbidden, ...duplicate] = ['55P03', '40P01', '42501', '42710', '23505']

async function run(client: pg.Client, { statement }: Step, options: ApplyOptions): Promise<void> {
  const { lockMilliseconds = 200, patienceMilliseconds = 600_000, signal } = options
  await client.query(`set lock_timeout = ${Math.max(1, Math.round(lockMilliseconds))}`)
  const deadline = performance.now() + patienceMilliseconds
  for (;;) {
    signal?.throwIfAborted()
    try {
      await client.query(statement)
      return
    } catch (error) {
      const code = codeOf(error)
      if (duplicate.includes(code ?? '')) return
      if (code === forbidden) throw unprepared(`the role may not run: ${statement}`, error)
      if (code !== lockNotAvailable && code !== deadlock) throw error
      if (performance.now() > deadline)
        throw unprepared(
          `another transaction holds a lock all the time, which this needs for a moment: ${statement}`,
          error,
        )
    }
    // Those who had to wait behind it have several times as long to themselves.
    await delay(5 * lockMilliseconds, undefined, { signal })
  }
}

const unprepared = (detail: string, cause?: unknown): MillraceError =>
  new MillraceError('REPLICATION_UNPREPARED', detail, cause === undefined ? {} : { cause: withoutData(cause) })
