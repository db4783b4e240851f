import type { ColumnState, SourceState } from './source-state.ts'

/** A difference between two states of a table that no event of the stream tells of. */
export interface SilentChange {
  /** As a statement names it. */
  readonly table: string
  /**
   * `rebuild`: build its rollups anew. `prepare`: run the plan; no row was missed yet. `prepare-and-rebuild`: both, in this order.
   * `stop`: the definition no longer fits, and somebody must correct it or the table.
   */
  readonly remedy: 'rebuild' | 'prepare' | 'prepare-and-rebuild' | 'stop'
  readonly column?: string
  readonly detail: string
}

/** R8: what happened to each table between two readings, in the order of the second; tables of the second alone are new. */
export function findSilentChanges(former: readonly SourceState[], current: readonly SourceState[]): SilentChange[] {
  const known = new Map(former.map((state) => [state.table, state]))
  return current.flatMap((state) => changesOf(known.get(state.table) ?? state, state))
}

function changesOf(former: SourceState, current: SourceState): SilentChange[] {
  const { table } = current
  if (current.oid === null) return [{ table, remedy: 'stop', detail: 'the table does not exist' }]
  const stops = current.columns.flatMap(({ name, misfit }): SilentChange[] =>
    misfit === null ? [] : [{ table, remedy: 'stop', column: name, detail: `column "${name}": ${misfit}` }],
  )
  if (stops.length > 0) return stops
  const say = (remedy: SilentChange['remedy'], detail: string): SilentChange => ({ table, remedy, detail })
  if (current.membership === null) return [say('prepare-and-rebuild', 'its changes are not all published')]
  if (former.oid !== current.oid) return [say('rebuild', 'another table has its name now')]
  if (former.membership !== current.membership)
    return [
      say('rebuild', 'it left its publication for a while, or that said less than all, and some changes were not said'),
    ]
  return [
    ...former.columns.flatMap((column) => columnChanges(table, column, current)),
    ...leafChanges(former, current),
    ...current.leaves
      .filter(({ saysOldRows }) => !saysOldRows)
      .map((leaf) => say('prepare', `${leaf.table} does not say the whole old row of an update or delete`)),
  ]
}

function columnChanges(table: string, former: ColumnState, { columns }: SourceState): SilentChange[] {
  const current = columns.find(({ name }) => name === former.name)
  // A column that a newer definition leaves out is of no concern.
  if (current === undefined) return []
  const change = (detail: string): SilentChange[] => [
    { table, remedy: 'rebuild', column: former.name, detail: `column "${former.name}" ${detail}` },
  ]
  if (former.type !== current.type) return change(`was ${former.type}, and is ${current.type}`)
  // A label that is new is in no row yet; one that has another name is, in every row that had it.
  const renamed = Object.entries(former.labels ?? {}).find(([oid, label]) => current.labels?.[oid] !== label)
  return renamed === undefined ? [] : change(`has another label in place of '${renamed[1]}'`)
}

function leafChanges(former: SourceState, current: SourceState): SilentChange[] {
  const change = (detail: string): SilentChange => ({ table: current.table, remedy: 'rebuild', detail })
  const [was, is] = [former, current].map(({ leaves }) => new Map(leaves.map((leaf) => [leaf.oid, leaf]))) as [
    Map<number, SourceState['leaves'][number]>,
    Map<number, SourceState['leaves'][number]>,
  ]
  const gone = former.leaves.filter(({ oid }) => !is.has(oid))
  const joined = current.leaves.filter(({ oid, joinedEmpty }) => !was.has(oid) && !joinedEmpty)
  const rejoined = current.leaves.filter(({ oid, joinedBy }) => was.has(oid) && was.get(oid)?.joinedBy !== joinedBy)
  const rewritten = current.leaves.filter(({ oid, file }) => (was.get(oid)?.file ?? file) !== file)
  return [
    ...gone.map((leaf) => change(`its partition ${leaf.table} was detached or dropped`)),
    ...joined.map((leaf) => change(`${leaf.table} was attached, with rows that it may have had before`)),
    ...rejoined.map((leaf) => change(`${leaf.table} was detached for a while, and changed unsaid`)),
    ...rewritten.map((leaf) => change(`the rows of ${leaf.table} were all written anew or taken away`)),
  ]
}
