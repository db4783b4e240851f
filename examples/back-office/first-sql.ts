import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { Connection } from '../../src/embedded/connection.ts'
import { query } from '../../src/embedded/database.ts'
import type { ColumnDescription, ReportAnswer } from '../../src/http/wire.ts'
import type { Moment } from './moment.ts'
import { groupsOf } from './people.ts'
import type { Session } from './sign-in.ts'

/** The reports of the dashboard that there is SQL for as a team writes it first. */
export const firstSqlReports: readonly string[] = [
  'vulnerability-summary',
  'active-vulnerabilities',
  'vulnerability-trend',
]

type Row = Readonly<Record<string, string | null>>

/** A report in SQL as a team writes it first, on the state that the primary had when it was opened. */
export interface FirstSql {
  readonly text: string
  /** Its rows, each value as PostgreSQL's text; ends early where the signal is aborted. */
  run(): Promise<{ readonly milliseconds: number; readonly rows: readonly Row[] }>
  close(): Promise<void>
}

export interface FirstSqlOptions {
  readonly report: string
  readonly session: Session
  readonly moment: Moment
  readonly signal: AbortSignal
}

/** Takes the snapshot; what is committed from now on is not in the answer, however long it takes. */
export async function openFirstSql(
  primary: Connection,
  { report, session, moment, signal }: FirstSqlOptions,
): Promise<FirstSql> {
  const written = await readFile(join(import.meta.dirname, 'first-sql', `${report}.sql`), 'utf8')
  const { tenant, role } = session
  const given = new Map<string, unknown>([
    ['tenant', tenant.id],
    ['teams', groupsOf(tenant, role)],
    ['zone', tenant.timeZone],
    ['today', moment.now().toZonedDateTimeISO(tenant.timeZone).toPlainDate().toString()],
  ])
  const values: unknown[] = []
  const text = written.replaceAll(
    /(?<!:):(tenant|teams|zone|today)\b/g,
    (_, name: string) => `$${values.push(given.get(name))}`,
  )
  // As text, since a number of JavaScript is not what the database said.
  const types = { getTypeParser: () => (value: string) => value }
  const client = new pg.Client({ ...primary, application_name: 'first SQL' })
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const cancel = () => void query(primary, 'select pg_cancel_backend($1)', [rows[0]?.pid]).catch(() => {})
  await client.query('begin isolation level repeatable read read only')
  await client.query('select 1 from finding limit 1')
  return {
    text: written,
    async run() {
      signal.throwIfAborted()
      signal.addEventListener('abort', cancel)
      const began = performance.now()
      const result = await client.query<Row>({ text, values, types: types as never })
      return { milliseconds: performance.now() - began, rows: result.rows }
    },
    async close() {
      signal.removeEventListener('abort', cancel)
      await client.end()
    },
  }
}

/** Whether the rows say the same as a report's answer, in whatever order: each value by its kind. */
export function saysTheSame(
  columns: readonly ColumnDescription[],
  rows: readonly Row[],
  answered: ReportAnswer['rows'],
): boolean {
  const known = columns.filter(({ name }) => rows.length === 0 || Object.hasOwn(rows[0] as Row, name))
  const written = (row: Readonly<Record<string, unknown>>) =>
    JSON.stringify(known.map(({ name, kind }) => canonical(kind, row[name])))
  const [here, there] = [rows.map(written).sort(), answered.map(written).sort()]
  return here.length === there.length && here.every((row, at) => row === there[at])
}

function canonical(kind: string, value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (['integer', 'bigint', 'decimal', 'real'].includes(kind)) return Number(value)
  if (kind === 'timestamp') return new Date(String(value)).getTime()
  return String(value)
}
