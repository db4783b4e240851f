import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Connection } from '../../src/embedded/connection.ts'
import { runProgram } from '../program.ts'

/** The host application at a steady rate: each transaction inserts a finding, and resolves or reopens another. */
export interface FindingWriterStart {
  readonly source: Connection
  readonly tenants: readonly string[]
  /** Findings of this tenant are inserted to see when they are shown, and those of nobody else. */
  readonly marked: string
}

/** `stop` ends what `start` began, which is answered at once. `write`: so many milliseconds, and then the answer. */
export type FindingWriterQuestion =
  | { readonly do: 'start'; readonly changesPerSecond: number }
  | { readonly do: 'stop' }
  | { readonly do: 'write'; readonly changesPerSecond: number; readonly milliseconds: number }

export interface FindingWriterAnswer {
  readonly changes: number
  readonly seconds: number
  /** When the commit of each marked finding was sent, in milliseconds of this machine's monotonic clock. */
  readonly marks: readonly number[]
}

const changesEach = 2
/** One in so many transactions inserts a marked finding. */
const markEvery = 10

runProgram<FindingWriterStart, object, FindingWriterQuestion, FindingWriterAnswer>(
  async ({ source, tenants, marked }) => {
    const client = new pg.Client(source)
    await client.connect()
    // As hosts have it. A reader of changes sees what is in the log's file, and without it that waits for the next writing of the log.
    await client.query('set synchronous_commit = on')
    const { rows } = await client.query<{ last: string }>('select coalesce(max(id), 0) as last from finding')
    const first = Number(rows[0]?.last)
    let last = first
    let transactions = 0
    let writing: { readonly stopping: AbortController; readonly ended: Promise<FindingWriterAnswer> } | undefined

    async function transaction(marks: number[]): Promise<void> {
      const isMarked = transactions++ % markEvery === 0
      const tenant = isMarked ? marked : tenants[transactions % tenants.length]
      await client.query('begin')
      await client.query({ ...insert, values: [++last, tenant] })
      await client.query({ ...update, values: [1 + Math.floor(Math.random() * first)] })
      if (isMarked) marks.push(Number(process.hrtime.bigint()) / 1e6)
      await client.query('commit')
    }

    async function write(changesPerSecond: number, signal: AbortSignal): Promise<FindingWriterAnswer> {
      const marks: number[] = []
      const began = performance.now()
      let done = 0
      while (!signal.aborted) {
        const due = began + (done * 1000 * changesEach) / changesPerSecond
        if (due > performance.now()) await delay(due - performance.now())
        await transaction(marks)
        done++
      }
      return { changes: done * changesEach, seconds: (performance.now() - began) / 1000, marks }
    }

    return {
      ready: {},
      async answer(question) {
        if (question.do === 'write') return write(question.changesPerSecond, AbortSignal.timeout(question.milliseconds))
        if (question.do === 'start') {
          const stopping = new AbortController()
          writing = { stopping, ended: write(question.changesPerSecond, stopping.signal) }
          return { changes: 0, seconds: 0, marks: [] }
        }
        if (writing === undefined) throw new Error('nothing is written')
        writing.stopping.abort()
        return writing.ended
      },
    }
  },
)

const insert = {
  name: 'insert',
  text: `insert into finding values ($1, $2, 'g1', 'high', 7.5, now(), null)`,
}
const update = {
  name: 'update',
  text: `update finding set resolved_at = case when resolved_at is null then now() end where id = $1`,
}
