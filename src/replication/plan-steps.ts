import pg from 'pg'
import type { CatalogTable } from './catalog-table.ts'
import type { Finding } from './finding.ts'
import { judgeTable, leavesWithoutIdentity } from './judge-table.ts'
import type { PublicationState } from './publication-state.ts'
import { actionsOf, type PublicationNames } from './publications.ts'
import type { PublishedTable } from './published-table.ts'
import { tableText } from './statement-text.ts'

/** One statement that prepares the database. */
export interface Step {
  readonly statement: string
  readonly why: string
  /** What whoever works on the database notices of it. */
  readonly effect: string
}

export interface Plan {
  /** Where one is a refusal, nothing is to be run. */
  readonly findings: readonly Finding[]
  /** In the order in which they never break the host's own writes, not even between two of them. */
  readonly steps: readonly Step[]
  /** What takes tables out that no source names any more. Not while an older catalog is still folded. */
  readonly unused: readonly Step[]
}

export interface PlanInput {
  readonly tables: readonly PublishedTable[]
  readonly catalog: readonly CatalogTable[]
  readonly publications: readonly PublicationState[]
  readonly names: PublicationNames
  /** As `server_version_num` has it. */
  readonly version: number
}

/** Identity before publication: a published table without one refuses the host's UPDATE and DELETE. */
export function planSteps(input: PlanInput): Plan {
  const { tables, catalog, names, version } = input
  const found = new Map(catalog.map((table) => [tableText(table), table]))
  const pairs = tables.map((table) => ({ table, catalog: found.get(tableText(table)) }))
  const findings = pairs.flatMap((each) => judgeTable(each.table, each.catalog, names, version))
  const known = pairs.flatMap(({ table, catalog }) => (catalog === undefined ? [] : [{ table, catalog }]))
  const steps = [
    ...known.flatMap(({ table, catalog }) => (table.isInsertOnly ? [] : identitySteps(catalog))),
    ...kinds.flatMap((kind) =>
      publicationSteps(
        kind,
        known.filter(({ table }) => kindOf(table) === kind).map(({ catalog }) => catalog),
        input,
      ),
    ),
  ]
  return { findings: [...findings, ...overlaps(known)], steps: eachOnce(steps), unused: unusedSteps(input) }
}

/** Two sources may be of one table. */
const eachOnce = (steps: readonly Step[]): Step[] => [...new Map(steps.map((step) => [step.statement, step])).values()]

type Kind = keyof PublicationNames
const kinds: readonly Kind[] = ['changes', 'inserts']
const kindOf = ({ isInsertOnly }: PublishedTable): Kind => (isInsertOnly ? 'inserts' : 'changes')

const exclusive =
  'for a moment nobody reads or writes the table; it is given up, and tried again, rather than waited for long'
const shared = 'reads and writes go on'

function identitySteps(table: CatalogTable): Step[] {
  return leavesWithoutIdentity(table).map((leaf) => ({
    statement: `alter table ${tableText(leaf)} replica identity full`,
    why: 'an update or a delete must say the whole row as it was, so that what the row had added can be taken away',
    effect: `${exclusive}. Each update and delete then writes the old row to the log`,
  }))
}

function publicationSteps(kind: Kind, tables: readonly CatalogTable[], input: PlanInput): Step[] {
  if (tables.length === 0) return []
  const name = input.names[kind]
  const state = input.publications.find((publication) => publication.name === name)
  const options = optionsText(kind, input.version)
  const [publication, effect] = [pg.escapeIdentifier(name), shared]
  const steps: Step[] = []
  if (state === undefined)
    steps.push({
      statement: `create publication ${publication} with (${options})`,
      why: 'it names the tables whose changes are read',
      effect,
    })
  else if (!isAsWanted(kind, state, input.version))
    steps.push({
      statement: `alter publication ${publication} set (${options})`,
      why: 'a partitioned table speaks as one, and nothing of what changes is left out',
      effect,
    })
  for (const table of tables) {
    const own = table.publications.find((each) => each.name === name && each.isOwn)
    const isPartial = own?.hasColumnList === true || own?.hasRowFilter === true
    if (isPartial)
      steps.push({
        statement: `alter publication ${publication} drop table ${tableText(table)}`,
        why: 'it was added with some of its columns or rows only, which makes the updates of the host fail',
        effect,
      })
    if (isPartial || own === undefined)
      steps.push({
        statement: `alter publication ${publication} add table ${tableText(table)}`,
        why: 'a report reads it',
        effect: `${effect}. Its changes count from when all transactions that now run have ended`,
      })
  }
  return steps
}

/** On 18 also generated columns: FULL makes the host's updates fail where one is left out, also one that is added later. */
function optionsText(kind: Kind, version: number): string {
  const actions = Object.entries(actionsOf[kind]).flatMap(([action, isWanted]) => (isWanted ? [action] : []))
  const generated = version >= 180_000 ? ', publish_generated_columns = stored' : ''
  return `publish = '${actions.join(', ')}', publish_via_partition_root = true${generated}`
}

function isAsWanted(kind: Kind, state: PublicationState, version: number): boolean {
  const wanted = actionsOf[kind]
  const hasActions = (['insert', 'update', 'delete', 'truncate'] as const).every((each) => state[each] === wanted[each])
  return hasActions && state.viaRoot && (version < 180_000 || state.generatedColumns)
}

/** A table and a partition of it would both say the same change. */
function overlaps(known: readonly { readonly table: PublishedTable; readonly catalog: CatalogTable }[]): Finding[] {
  const published = new Map(known.map(({ catalog }) => [catalog.oid, catalog]))
  return known.flatMap(({ catalog }) =>
    catalog.leaves.flatMap((leaf) => {
      const other = leaf.oid === catalog.oid ? undefined : published.get(leaf.oid)
      if (other === undefined) return []
      const problem = `is a source, and so is its partition ${tableText(other)}, whose changes would be said of one of them only`
      return [{ severity: 'refusal', about: `table ${tableText(catalog)}`, problem, next: 'fold one of them' }]
    }),
  )
}

function unusedSteps({ tables, publications, names }: PlanInput): Step[] {
  return kinds.flatMap((kind) => {
    const wanted = new Set(tables.filter((table) => kindOf(table) === kind).map(tableText))
    const members = publications.find(({ name }) => name === names[kind])?.tables ?? []
    return members
      .filter((member) => !wanted.has(tableText(member)))
      .map((member) => ({
        statement: `alter publication ${pg.escapeIdentifier(names[kind])} drop table ${tableText(member)}`,
        why: 'no report reads it any more; its replica identity is left for you to set back',
        effect: shared,
      }))
  })
}
