import { columnIndex, type Relation } from '../replication/relation.ts'
import type { Row } from '../replication/row.ts'
import { type ActiveBuild, tableName } from './active-build.ts'
import { columnsOfBuild } from './base-columns.ts'
import { groupBy } from './group-by.ts'

/** A column that a definition names is not in the table as the stream announces it. */
export class ColumnMissing extends Error {
  readonly column: string
  constructor(column: string) {
    super('there is no such column')
    this.column = column
  }
}

/** A build that takes the rows of a relation, and which of its columns it reads. */
export interface Routed {
  readonly active: ActiveBuild
  readonly columns: ColumnSet
}

/** The builds that the rows of one relation concern. */
export interface Route {
  readonly builds: readonly ActiveBuild[]
  /** Those of the row's own tenant. Throws ColumnMissing. */
  of(row: Row): readonly Routed[]
  /** Of the columns that builds read those in which two images of a row differ. */
  differing(before: Row, after: Row): ColumnSet
  /** Says which row `image` reads from here on. */
  read(row: Row): void
  /** The text of a column of that row. Throws ColumnMissing, and where the type cannot be read. */
  readonly image: (column: string) => string | null
}

/** A bit for each of the first columns; those after them share one. */
export type ColumnSet = number
export const allColumns: ColumnSet = -1
const bitOf = (index: number): ColumnSet => 1 << Math.min(index, 31)

/** From relations to builds. A relation is looked at once; it is another object when the table has changed. */
export class Routes {
  readonly #tables: ReadonlyMap<string, readonly ActiveBuild[]>
  readonly #routes = new WeakMap<Relation, Route | { readonly builds: readonly [] }>()

  constructor(builds: Iterable<ActiveBuild>) {
    this.#tables = groupBy(builds, ({ table }) => table)
  }

  /** Undefined where no build reads the relation. */
  route(relation: Relation): Route | undefined {
    let route = this.#routes.get(relation)
    if (route === undefined) {
      const builds = this.on(relation)
      route = builds.length === 0 ? { builds: [] } : routeOf(relation, builds)
      this.#routes.set(relation, route)
    }
    return 'image' in route ? route : undefined
  }

  on({ schema, table }: Relation): readonly ActiveBuild[] {
    return this.#tables.get(tableName(schema, table)) ?? []
  }
}

function routeOf(relation: Relation, builds: readonly ActiveBuild[]): Route {
  const indices = new Map(relation.columns.map(({ name }, index) => [name, index]))
  const routed = builds.map((active) => ({ active, columns: columnsRead(active, indices) }))
  // Builds of a definition that is being replaced may find their tenant in another column.
  const byColumn = groupBy(routed, ({ active }) => active.definition.source.tenantColumn?.column)
  const lookups = [...byColumn.values()].map((those) => tenantLookup(relation, those))
  const [first] = lookups
  const compared = relation.columns
    .map((_, index) => index)
    .filter((index) => routed.some(({ columns }) => (columns & bitOf(index)) !== 0))
  const texts = new Array<string | null | undefined>(relation.columns.length).fill(undefined)
  let current: Row | undefined
  return {
    builds,
    of: lookups.length === 1 && first !== undefined ? first : (row) => lookups.flatMap((lookup) => lookup(row)),
    differing(before, after) {
      let columns: ColumnSet = 0
      for (const index of compared) if (!after.isSame(index, before)) columns |= bitOf(index)
      return columns
    },
    read(row) {
      current = row
      texts.fill(undefined)
    },
    image(name) {
      const index = indices.get(name)
      if (index === undefined) throw new ColumnMissing(name)
      // Several builds read the same columns.
      const known = texts[index]
      if (known !== undefined) return known
      const text = (current as Row).text(index)
      texts[index] = text
      return text
    },
  }
}

/** What has no place among the columns must be asked for, so that it is missed. */
function columnsRead({ definition }: ActiveBuild, indices: ReadonlyMap<string, number>): ColumnSet {
  return columnsOfBuild(definition).reduce((columns, name) => {
    const index = indices.get(name)
    return columns | (index === undefined ? allColumns : bitOf(index))
  }, 0)
}

const none: readonly Routed[] = []

function tenantLookup(relation: Relation, builds: readonly Routed[]): Route['of'] {
  const column = builds[0]?.active.definition.source.tenantColumn ?? null
  if (column === null) return () => builds
  const index = columnIndex(relation, column.column)
  if (index === undefined) {
    return () => {
      throw new ColumnMissing(column.column)
    }
  }
  const byTenant = groupBy(builds, ({ active }) => tenantText(active))
  return (row) => byTenant.get(row.text(index) ?? '') ?? none
}

/** The tenant's id as the column's canonical text: the host may write a uuid or a number in another way. */
export function tenantText({ definition: { tenant, source } }: Pick<ActiveBuild, 'definition'>): string {
  switch (source.tenantColumn?.type.kind) {
    case 'uuid':
      return tenant.toLowerCase()
    case 'integer':
    case 'bigint':
      return /^[+-]?\d+$/.test(tenant) ? BigInt(tenant).toString() : tenant
    default:
      return tenant
  }
}
