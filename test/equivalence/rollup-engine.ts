import pg from 'pg'
import type { Connection } from '../../src/embedded/connection.ts'
import { MillraceError } from '../../src/errors.ts'
import { relation } from '../../src/query/relation-sql.ts'
import { answer, type Labels } from '../../src/report/answer.ts'
import type { Column } from '../../src/report/column.ts'
import { compareText } from '../../src/report/compare-text.ts'
import type { EngineRequest, ReportEngine } from '../../src/report/engine.ts'
import { conditionsOf, type Reading, resolveReading, selected } from '../../src/report/reading.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import { type AnySource, bySchema, definition } from '../../src/report/source.ts'
import { wire } from '../../src/report/value.ts'
import { defineBuild, readBuildDefinition } from '../../src/rollup/build-definition.ts'
import { columnValue } from '../../src/rollup/cell.ts'
import { Counters } from '../../src/rollup/counters.ts'
import { compileExpiry } from '../../src/rollup/expiry.ts'
import { compileFold } from '../../src/rollup/fold-row.ts'
import type { Image } from '../../src/rollup/image.ts'
import type { KeyRange, ReadCounter } from '../../src/rollup/key-range.ts'
import { optionsOf, optionsRange } from '../../src/rollup/options.ts'
import { planOf } from '../../src/rollup/plan.ts'
import { groupsOf, rangesOf } from '../../src/rollup/read.ts'
import type { World } from './world.ts'

/**
 * An engine that folds every row of the tenant each time it is asked, with nothing stored: what rows add, and what is read of
 * it, by themselves. The fold's plan goes through its text, as a worker has it. What may have expired is gone.
 */
export async function rollupEngine(standby: Connection, world: World): Promise<ReportEngine> {
  const { tenants, rowLimit } = world
  const client = new pg.Client({ ...standby, options: '-c timezone=UTC -c datestyle=ISO -c extra_float_digits=1' })
  await client.connect()

  async function rowsOf(source: AnySource, tenant: World['tenants'][number]): Promise<Image[]> {
    const { columns, tenant: property } = source[definition]
    await client.query(`select set_config('search_path', $1, false)`, [pg.escapeIdentifier(tenant.schema ?? 'public')])
    const names = Object.values(columns).map(({ column }) => column)
    const list = Object.values(columns).map(imageText)
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
    const fold = compileFold(readBuildDefinition(defineBuild(report, tenant).definition).plan)
    const sums = new Counters()
    for (const image of await rowsOf(report.from, tenant)) fold(image, 1, sums)
    return [...sums].map(({ sort, by }) => ({ sort, values: by })).sort((a, b) => compareText(a.sort, b.sort))
  }

  async function labelsOf(report: ReportDefinition, tenant: World['tenants'][number]): Promise<Labels> {
    const labels: Record<string, ReadonlyMap<string, string>> = {}
    for (const [dimension, { source, key, label }] of Object.entries(report.lookup)) {
      const images = await rowsOf(source, tenant)
      labels[dimension] = new Map(
        images.flatMap((image) => {
          const [value, text] = [columnValue(key, image(key.column)), image(label.column)]
          return typeof value === 'string' && text !== null ? [[value, text]] : []
        }),
      )
    }
    return labels
  }

  function asked(request: Pick<EngineRequest, 'report' | 'tenant'>) {
    const { report } = request
    if (report.node !== 'report') throw new MillraceError('INTERNAL', 'raw SQL is not folded')
    return { report, tenant: tenants.find(({ id }) => id === request.tenant) as World['tenants'][number] }
  }

  return {
    name: 'store',
    async read(request) {
      const { report, tenant } = asked(request)
      const reading = resolveReading(report, { ...request, tenant })
      const plan = planOf(report, tenant.timeZone)
      const kept = unexpired(await counters(report, tenant), reading)
      const within = rangesOf(plan, reading).map((range) => inRange(kept, range))
      const rows = answer(reading, groupsOf(plan, reading, within), await labelsOf(report, tenant), rowLimit)
      return {
        engine: 'store',
        position: null,
        rows,
        asOf: null,
        lagSeconds: null,
        timeZone: reading.timeZone,
        milliseconds: 0,
      }
    },
    async options(request, filter, limit) {
      const { report, tenant } = asked(request)
      const plan = planOf(report, tenant.timeZone)
      const within = inRange(await counters(report, tenant), optionsRange(plan, filter))
      const labels = (await labelsOf(report, tenant))[filter]
      return optionsOf(plan, filter, conditionsOf(report, request.attributes), within, limit).map((raw) => {
        const value = wire(selected(report, filter).type, raw)
        return labels === undefined ? { value } : { value, label: raw === null ? null : (labels.get(raw) ?? null) }
      })
    },
    freshness: () => Promise.resolve({ asOf: null, lagSeconds: null }),
    close: () => client.end(),
  }
}

/**
 * S9: those that are left of a report that retains just the days that are asked for, where whoever deletes what has expired has a clock
 * that is two days ahead.
 */
function unexpired(all: readonly ReadCounter[], { periods, timeZone, now }: Reading): readonly ReadCounter[] {
  const [first] = periods.flatMap(({ days }) => days?.from ?? []).sort()
  if (first === undefined) return all
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate()
  const expiryOf = compileExpiry({ retainDays: Math.max(1, today.since(first).days + 1) })
  const deletedAt = now.epochMilliseconds / 1000 + 2 * 86_400
  return all.filter(({ sort }) => (expiryOf(sort) ?? Number.POSITIVE_INFINITY) > deletedAt)
}

const inRange = (counters: readonly ReadCounter[], { from, to }: KeyRange) =>
  counters.filter(({ sort }) => compareText(from, sort) <= 0 && compareText(sort, to) < 0)

/** A column's text as the changes of the table have it (see `Image`). */
function imageText({ column, type }: Column): string {
  const name = pg.escapeIdentifier(column)
  return type.kind === 'timestamp' ? `lower(trim_scale(extract(epoch from ${name}) * 1000000)::text)` : `${name}::text`
}
