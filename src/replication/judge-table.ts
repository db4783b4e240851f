import { definition } from '../report/source.ts'
import type { CatalogLeaf, CatalogTable } from './catalog-table.ts'
import { columnMisfit } from './column-fit.ts'
import { type Finding, refusal, warning } from './finding.ts'
import type { PublicationNames } from './publications.ts'
import type { PublishedTable } from './published-table.ts'
import { tableText } from './statement-text.ts'

/** PostgreSQL 18. */
const publishesStoredColumns = (version: number): boolean => version >= 180_000

/** R14: what keeps a table's changes from being folded without harm; what they will cost is a warning. */
export function judgeTable(
  table: PublishedTable,
  found: CatalogTable | undefined,
  names: PublicationNames,
  version: number,
): Finding[] {
  const about = `table ${tableText(table)}`
  if (found === undefined)
    return [refusal(about, 'does not exist, or cannot be seen', 'create it, or correct the source')]
  const form = judgeForm(about, found)
  if (form.length > 0) return form
  const columns = judgeColumns(about, table, found, publishesStoredColumns(version))
  const rest = table.isInsertOnly ? [] : [...judgeIdentity(about, found), ...judgeOthers(about, found, names, version)]
  return [...columns, ...rest]
}

function judgeForm(about: string, { oid, kind, persistence, hasHeirs, leaves }: CatalogTable): Finding[] {
  if (kind !== 'r' && kind !== 'p') return [refusal(about, 'is no table', 'name the table that holds the rows')]
  if (hasHeirs) {
    const next = 'make it a partitioned table: the rows of tables that inherit from it have changes of their own'
    return [refusal(about, 'has tables that inherit from it', next)]
  }
  const partitions = leaves.filter((leaf) => leaf.oid !== oid)
  const unlogged = persistence === 'p' ? [] : ['is']
  for (const leaf of partitions) if (leaf.persistence !== 'p') unlogged.push(`its partition ${tableText(leaf)} is`)
  return [
    ...unlogged.map((which) => refusal(about, `${which} not written to the log`, 'alter table … set logged')),
    ...partitions
      .filter((leaf) => leaf.kind !== 'r')
      .map((leaf) =>
        refusal(
          about,
          `its partition ${tableText(leaf)} is elsewhere`,
          'detach it: its changes are not in the log here',
        ),
      ),
  ]
}

function judgeColumns(
  about: string,
  { source }: PublishedTable,
  { columns }: CatalogTable,
  stored: boolean,
): Finding[] {
  const found = new Map(columns.map((column) => [column.name, column]))
  return Object.values(source[definition].columns).flatMap((column) => {
    const misfit = columnMisfit(column, found.get(column.column), stored)
    return misfit === undefined
      ? []
      : [refusal(about, `column "${column.column}": ${misfit}`, 'correct the source, or leave the column out')]
  })
}

function judgeIdentity(about: string, { kind, hasPrimaryKey, columns, leaves }: CatalogTable): Finding[] {
  const findings = columns
    .filter(({ generated }) => generated === 'virtual')
    .map(({ name }) => {
      const problem = `column "${name}" is generated when it is read, and a table with such a column and REPLICA IDENTITY FULL refuses UPDATE and DELETE`
      return refusal(about, problem, 'make it a stored column, or fold an insert-only table of the events instead')
    })
  if (kind === 'p' && !hasPrimaryKey) {
    const problem =
      'is partitioned and has no primary key: UPDATE and DELETE fail on each partition that is made later without one'
    const oneByOne = leaves.length > 0 && leaves.every((leaf) => leaf.hasPrimaryKey)
    findings.push((oneByOne ? warning : refusal)(about, problem, 'give it a primary key'))
  }
  return findings
}

/** What other publications say of a table that gets REPLICA IDENTITY FULL. */
function judgeOthers(about: string, found: CatalogTable, names: PublicationNames, version: number): Finding[] {
  const others = found.publications.filter(({ name }) => name !== names.changes && name !== names.inserts)
  const hasStored = found.columns.some(({ generated }) => generated === 'stored')
  return others.flatMap((other) => {
    if (!other.update && !other.delete) return []
    const of = `publication "${other.name}"`
    if (other.hasColumnList) {
      const problem = `${of} lists some of its columns, with which REPLICA IDENTITY FULL makes UPDATE and DELETE fail`
      return [refusal(about, problem, `take the list of columns off ${of}`)]
    }
    if (hasStored && publishesStoredColumns(version) && !other.generatedColumns) {
      const problem = `${of} leaves its generated column out, with which REPLICA IDENTITY FULL makes UPDATE and DELETE fail`
      const statement = `alter publication "${other.name}" set (publish_generated_columns = stored)`
      return [refusal(about, problem, `have ${of} publish it`, statement)]
    }
    return [warning(about, `${of} has it too, and its readers will get whole old rows`, 'see that they take them')]
  })
}

/** The partitions, or the table itself, whose old rows would not be whole. */
export const leavesWithoutIdentity = ({ leaves }: CatalogTable): CatalogLeaf[] =>
  leaves.filter(({ identity }) => identity !== 'f')
