import { createHash } from 'node:crypto'
import pg from 'pg'
import type { Connections, Queryable } from './connections.ts'
import type { ReportView } from './report-view.ts'
import { viewName, viewQuery } from './report-view-sql.ts'

/** Held while views are made, so that of several processes one makes them. */
const lock = 7_146_385_502_119_284n

/**
 * Makes a view of each report, named `report_…`, leaves alone those that are as they should be, and drops those of reports that are no
 * more. `readers` are roles that may then read the views, and nothing else of the schema.
 */
export async function describeReports(
  connections: Connections,
  schema: string,
  views: readonly ReportView[],
  readers: readonly string[],
): Promise<void> {
  await connections.transaction(async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [lock])
    const known = await knownViews(client, schema)
    const wanted = views.flatMap((view) =>
      view.flows.map((flow) => ({ name: viewName(view, flow), query: viewQuery(schema, view, flow) })),
    )
    for (const name of known.keys()) {
      if (!wanted.some((each) => each.name === name)) await drop(client, schema, name)
    }
    for (const { name, query } of wanted) {
      const hash = createHash('sha256').update(query).digest('hex')
      const comment = `Of Millrace, ${hash}`
      const view = `${schema}.${pg.escapeIdentifier(name)}`
      if (known.get(name) !== comment) {
        await drop(client, schema, name)
        await client.query(`create view ${view} as ${query}`)
        await client.query(`comment on view ${view} is ${pg.escapeLiteral(comment)}`)
      }
      for (const role of readers) await client.query(`grant select on ${view} to ${pg.escapeIdentifier(role)}`)
    }
    for (const role of readers) await client.query(`grant usage on schema ${schema} to ${pg.escapeIdentifier(role)}`)
  })
}

const drop = async (client: Queryable, schema: string, name: string): Promise<void> => {
  await client.query(`drop view if exists ${schema}.${pg.escapeIdentifier(name)}`)
}

/** Those that were made here, with their comments. */
async function knownViews(client: Queryable, schema: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ name: string; comment: string }>(
    `select relname as name, obj_description(oid, 'pg_class') as comment from pg_class
    where relnamespace = to_regnamespace($1) and relkind = 'v' and obj_description(oid, 'pg_class') like 'Of Millrace, %'`,
    [schema],
  )
  return new Map(rows.map(({ name, comment }) => [name, comment]))
}
