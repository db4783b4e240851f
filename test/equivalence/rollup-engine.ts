import pg from 'pg'
import type { Connection } from '../../src/embedded/connection.ts'
import { MillraceError } from '../../src/errors.ts'
import { relation } from '../../src/query/relation-sql.ts'
import { answer, type Labels } from '../../src/report/answer.ts'
import { compareText } from '../../src/report/compare-text.ts'
import type { ReportEngine } from '../../src/report/engine.ts'
import { resolveReading } from '../../src/report/reading.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import { type AnySource, bySchema, definition } from '../../src/report/source.ts'
import { contributions } from '../../src/rollup/contribute.ts'
import { columnValue, type Image } from '../../src/rollup/image.ts'
import { planOf } from '../../src/rollup/plan.ts'
import { groupsOf, type ReadCounter, rangesOf } from '../../src/rollup/read.ts'
import { queryEngine } from './engines.ts'
import type { World } from './world.ts'

/**
 * An engine that folds every row of the tenant each time it is asked, with nothing stored: contributions and reads by
 * themselves. Options of filters, which no rollup has, it leaves to the query engine.
 */
export async function rollupEngine(standby: Connection, world: World): Promise<ReportEngine> {
  const { tenants, rowLimit } = world
  const queries = await queryEngine(standby, world)
  const database = standby
  const client = new pg.Client({ ...database, options: '-c timezone=UTC -c datestyle=ISO -c extra_float_digits=1' })
  await client.connect()

  async function rowsOf(source: AnySource, tenant: World['tenants'][number]): Promise<Image[]> {
    const { columns, tenant: property } = source[definition]
    await client.query(`select set_config('search_path', $1, false)`, [pg.escapeIdentifier(tenant.schema ?? 'public')])
    const names = Object.values(columns).map(({ column }) => column)
    const list = names.map((name) => `${pg.escapeIdentifier(name)}::text`)
    const own = property === bySchema ? undefined : columns[property as string]?.column
    const where = own === undefined ? '' : ` where ${pg.escapeIdentifier(own)} = $1`
    const { rows } = await client.query<(string | null)[]>({
      text: `select ${list.join(', ')} from ${relation(source)}${where}`,
      values: own === undefined ? [] : [tenant.id],
      rowMode: 'array',
    })
    return rows.map((row) => (column) => row[names.indexOf(column)] ?? null)
  }

  async function counters(report: ReportDefinition, tenant: World['tenants'][number]): Promise<ReadCounter[]> {
    const plan = planOf(report, tenant.timeZone)
    const sums = new Map<string, bigint[]>()
    for (const image of await rowsOf(report.from, tenant)) {
      for (const { sort, by } of contributions(plan, image)) {
        const sum = sums.get(sort)
        sums.set(sort, sum === undefined ? [...by] : sum.map((value, i) => value + (by[i] as bigint)))
      }
    }
    return [...sums].map(([sort, values]) => ({ sort, values })).sort((a, b) => compareText(a.sort, b.sort))
  }

  async function labelsOf(report: ReportDefinition, tenant: World['tenants'][number]): Promise<Labels> {
    const labels: Record<string, ReadonlyMap<string, string>> = {}
    for (const [dimension, { source, key, label }] of Object.entries(report.lookup)) {
      const images = await rowsOf(source, tenant)
      labels[dimension] = new Map(
        images.flatMap((image) => {
          const [value, text] = [columnValue(key, image), image(label.column)]
          return typeof value === 'string' && text !== null ? [[value, text]] : []
        }),
      )
    }
    return labels
  }

  return {
    name: 'store',
    async read(request) {
      const tenant = tenants.find(({ id }) => id === request.tenant) as World['tenants'][number]
      const report = request.report
      if (report.node !== 'report') throw new MillraceError('INTERNAL', 'raw SQL is not folded')
      const reading = resolveReading(report, { ...request, tenant })
      const plan = planOf(report, tenant.timeZone)
      const all = await counters(report, tenant)
      const within = rangesOf(plan, reading).map(({ from, to }) =>
        all.filter(({ sort }) => compareText(from, sort) <= 0 && compareText(sort, to) < 0),
      )
      const rows = answer(reading, groupsOf(plan, reading, within), await labelsOf(report, tenant), rowLimit)
      return { rows, asOf: null, lagSeconds: null, timeZone: reading.timeZone, milliseconds: 0 }
    },
    options: (request, filter, limit) => queries.options(request, filter, limit),
    freshness: () => Promise.resolve({ asOf: null, lagSeconds: null }),
    async close() {
      await Promise.all([client.end(), queries.close()])
    },
  }
}
