import type { Explanation } from '../query/explain.ts'
import type { ParameterValue } from '../query/statement.ts'
import type { AnyReport } from '../report/catalog.ts'
import type { Tenant } from '../tenancy/tenant.ts'
import { freshnessText } from './freshness-text.ts'
import { type Output, printable } from './output.ts'

interface Explained extends Explanation {
  readonly report: AnyReport
  readonly tenant: Tenant
  /** Whether the statement was run. */
  readonly analyze: boolean
}

/** The statement, the scope that it runs in, its values and its plan, as a person reads them. */
export function explanationText(
  { report, tenant, analyze, tenancy, statement, plan, ...freshness }: Explained,
  { paint }: Output,
): string {
  const section = (heading: string, lines: readonly string[]): string =>
    `${paint('bold', heading)}\n${lines.map((line) => `  ${printable(line)}\n`).join('')}`
  const scope =
    tenancy === 'schema' ? `search_path is ${JSON.stringify(tenant.schema)}` : 'by the predicate on its column'
  const width = `$${statement.values.length}`.length
  const values = statement.values.map((value, at) => `${`$${at + 1}`.padStart(width)}  ${valueText(value)}`)
  const labelled = report.node === 'report' ? Object.keys(report.lookup) : []
  return [
    section('Statement', statement.text.split('\n')),
    ...(values.length === 0 ? [] : [section('Values', values)]),
    section('Scope', [
      `tenant ${tenant.id}: ${scope}`,
      ...labelled.map((dimension) => `the labels of ${dimension} are read by a second statement, not shown here`),
    ]),
    section(analyze ? `Plan, as it ran ${freshnessText(freshness)}` : 'Plan', plan),
  ].join('\n')
}

function valueText(value: ParameterValue): string {
  return value === null ? 'null' : JSON.stringify(value)
}
