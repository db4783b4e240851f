import type pg from 'pg'
import { readCatalogTables } from './catalog-table.ts'
import type { Finding } from './finding.ts'
import { leavesWithoutIdentity } from './judge-table.ts'
import { type Plan, planSteps } from './plan-steps.ts'
import { readPublications } from './publication-state.ts'
import { type PublicationNames, publicationNames } from './publications.ts'
import { type FoldedSource, publishedTables } from './published-table.ts'
import { measureRowWidth, widthFinding } from './row-width.ts'
import { serverVersion } from './server-version.ts'
import { tableText } from './statement-text.ts'

export interface PlanOptions {
  readonly sources: readonly FoldedSource[]
  /** Those of the tenants whose tenancy is by schema. None unless given. */
  readonly schemas?: readonly string[]
  /** `millrace` and `millrace_inserts` unless given. */
  readonly publications?: PublicationNames
}

/** What must be done so that the changes of sources can be folded; nothing where there are no steps. It only reads. */
export async function plan(client: pg.Client, options: PlanOptions): Promise<Plan> {
  const { sources, schemas = [], publications: names = publicationNames } = options
  const tables = publishedTables(sources, schemas)
  const catalog = await readCatalogTables(client, tables)
  const publications = await readPublications(client, names)
  const { findings, ...steps } = planSteps({
    tables,
    catalog,
    publications,
    names,
    version: await serverVersion(client),
  })
  const changing = new Set(tables.filter(({ isInsertOnly }) => !isInsertOnly).map(tableText))
  const widths: Finding[] = []
  for (const table of catalog) {
    if (!changing.has(tableText(table)) || leavesWithoutIdentity(table).length === 0) continue
    const width = await measureRowWidth(client, table)
    const finding = width && widthFinding(table, width)
    if (finding !== undefined) widths.push(finding)
  }
  return { findings: [...findings, ...widths], ...steps }
}
