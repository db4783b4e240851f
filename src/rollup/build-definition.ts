import { createHash } from 'node:crypto'
import type { Column } from '../report/column.ts'
import type { ReportDefinition } from '../report/report.ts'
import { bySchema, definition as ofSource } from '../report/source.ts'
import { canonicalJson } from './canonical-json.ts'
import { type FoldColumn, foldColumn } from './fold-column.ts'
import { type FoldPlan, planOf } from './plan.ts'
import { transitionsText } from './zone.ts'

/**
 * How keys and vectors are written. It is part of every fingerprint, so that counters of another version are built anew instead
 * of being misread: raise it with every change of what a row adds.
 */
const encodingVersion = 1

/** Everything that folding a report for one tenant depends on. */
export interface FoldDefinition {
  readonly source: {
    readonly schema: string
    readonly table: string
    /** Null: all rows of the table are the tenant's, who has its own schema. */
    readonly tenantColumn: FoldColumn | null
    /** What names a row that cannot be folded. */
    readonly key: readonly string[]
  }
  readonly tenant: string
  readonly plan: FoldPlan
}

interface BuildTenant {
  readonly id: string
  readonly schema?: string
  readonly timeZone: string
}

/**
 * A definition as text that any worker can fold by, and its hash. What only a read depends on (periods, labels, order, limit)
 * is in neither: it may change without a build. How many days are retained is in both: what has expired does not come back.
 */
export function defineBuild(
  report: ReportDefinition,
  tenant: BuildTenant,
): { readonly definition: string; readonly fingerprint: string } {
  const definition = canonicalJson({
    source: sourceOf(report, tenant),
    tenant: tenant.id,
    plan: planOf(report, tenant.timeZone),
  } satisfies FoldDefinition)
  return { definition, fingerprint: fingerprintOf(definition) }
}

export const readBuildDefinition = (definition: string): FoldDefinition => JSON.parse(definition) as FoldDefinition

/**
 * A hash of the definition, of what this process knows of its zones' clocks, and of the encoding: a build whose fingerprint is
 * another one now, also after an update of the time zone database, is not what would be folded today (F4).
 */
export function fingerprintOf(definition: string, clocksOf: (timeZone: string) => string = transitionsText): string {
  const hash = createHash('sha256').update(`${encodingVersion}\n${definition}`)
  for (const zone of zonesOf(readBuildDefinition(definition).plan)) hash.update(`\n${zone} ${clocksOf(zone)}`)
  return hash.digest('hex')
}

/** The zones whose clocks decide where a row is counted, in the order of their names. */
export function zonesOf(plan: FoldPlan): string[] {
  const zones = new Set([plan.timeZone])
  JSON.stringify(plan, (_, each: unknown) => {
    const type = (each as { type?: Column['type'] } | null)?.type
    if (type?.kind === 'timestamp' && type.timeZone !== undefined) zones.add(type.timeZone)
    return each
  })
  return [...zones].sort()
}

function sourceOf({ from }: ReportDefinition, tenant: BuildTenant): FoldDefinition['source'] {
  const { table, columns, tenant: property } = from[ofSource]
  const key = from[ofSource].key.map((each) => (columns[each] as Column).column)
  if (property === bySchema) {
    if (tenant.schema === undefined) throw new TypeError('tenancy by schema takes a tenant with a schema')
    return { schema: tenant.schema, table, tenantColumn: null, key }
  }
  const [schema, name] = table.includes('.') ? (table.split(/\.(.*)/) as [string, string]) : ['public', table]
  return { schema, table: name, tenantColumn: foldColumn(columns[property as string] as Column), key }
}
