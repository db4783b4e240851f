import type { Audit, AuditLine } from '../access/audit.ts'
import type { Viewer } from '../access/viewer.ts'
import type { EngineName } from '../report/engine.ts'
import { lackOf } from './lack.ts'
import { codeOf, statusOf } from './problem.ts'

/** What one read came to, for whoever counts. */
export interface Observation {
  readonly event: AuditLine['event']
  /** Undefined: the catalog has no report of the name that was asked for. */
  readonly report: string | undefined
  readonly engine: EngineName
  /** As HTTP has it; 499 where the reader went away. */
  readonly status: number
  /** From the question to the answer, queueing included. */
  readonly seconds: number
  /** Of the statement alone; absent unless answered. */
  readonly statementSeconds?: number
}

export type Observe = (observation: Observation) => void

/** Who asks for what. */
export interface Attempted {
  readonly event: AuditLine['event']
  readonly viewer: Viewer
  /** As it was asked for. */
  readonly name: string
  /** Those that the report takes: other names are a client's own words, and may be anything. */
  readonly parameters: readonly string[]
  readonly requestId: string
  readonly signal: AbortSignal
}

/** What an answered attempt says of itself besides its value. */
export interface Answered<Value> {
  readonly value: Value
  readonly rows: number
  /** What answered; where it is not said, what the report is answered by. */
  readonly engine?: EngineName
  readonly asOf?: string | null
  readonly statementSeconds?: number
}

/** Leaves an audit line and an observation of each attempt, answered or not. */
export function attempts(of: {
  readonly engineOf: (name: string) => EngineName
  readonly known: (name: string) => boolean
  readonly audit: Audit
  readonly observe: Observe
}) {
  const { engineOf, known, audit, observe } = of
  return async <Value>(attempted: Attempted, work: () => Promise<Answered<Value>>): Promise<Value> => {
    const began = performance.now()
    const end = (status: number, line: Pick<AuditLine, 'outcome'> & Partial<AuditLine>, statementSeconds?: number) => {
      const { event, name, viewer, parameters, requestId } = attempted
      const milliseconds = performance.now() - began
      const { tenant, subject } = viewer
      const engine = line.engine ?? engineOf(name)
      audit({ event, report: name, tenant, subject, parameters, ...line, engine, milliseconds, requestId })
      observe({
        event,
        report: known(name) ? name : undefined,
        engine,
        status,
        seconds: milliseconds / 1000,
        ...(statementSeconds === undefined ? {} : { statementSeconds }),
      })
    }
    let answered: Answered<Value>
    try {
      attempted.signal.throwIfAborted()
      answered = await work()
    } catch (error) {
      if (attempted.signal.aborted) end(499, { outcome: 'cancelled' })
      else {
        const code = codeOf(error)
        const status = statusOf(code)
        end(status, { outcome: status < 500 ? 'refused' : 'failed', code, ...lackOf(error) })
      }
      throw error
    }
    const { value, rows, engine, asOf, statementSeconds } = answered
    const line = { ...(engine === undefined ? {} : { engine }), ...(asOf == null ? {} : { asOf }) }
    end(200, { outcome: 'answered', rows, ...line }, statementSeconds)
    return value
  }
}
