import { columnIndex, type Relation } from '../replication/relation.ts'
import type { Row } from '../replication/row.ts'
import { type ActiveBuild, tableName } from './active-build.ts'
import { groupBy } from './group-by.ts'

/** A column that a definition names is not in the table as the stream announces it. */
export class ColumnMissing extends Error {
  readonly column: string
  constructor(column: string) {
    super('there is no such column')
    this.column = column
  }
}

/** The builds that the rows of one relation concern. */
export interface Route {
  readonly builds: readonly ActiveBuild[]
  /** Those of the row's own tenant. Throws ColumnMissing. */
  of(row: Row): readonly ActiveBuild[]
  /** The row that `image` reads next. */
  row: Row | undefined
  /** The text of a column of `row`. Throws ColumnMissing, and where the type cannot be read. */
  readonly image: (column: string) => string | null
}

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
  // Builds of a definition that is being replaced may find their tenant in another column.
  const lookups = [...groupBy(builds, ({ definition }) => definition.source.tenantColumn?.column).values()].map(
    (those) => tenantLookup(relation, those),
  )
  const [first] = lookups
  const route: Route = {
    builds,
    of: lookups.length === 1 && first !== undefined ? first : (row) => lookups.flatMap((lookup) => lookup(row)),
    row: undefined,
    image: (name) => {
      const index = indices.get(name)
      if (index === undefined) throw new ColumnMissing(name)
      return (route.row as Row).text(index)
    },
  }
  return route
}

const none: readonly ActiveBuild[] = []

function tenantLookup(relation: Relation, builds: readonly ActiveBuild[]): Route['of'] {
  const column = builds[0]?.definition.source.tenantColumn ?? null
  if (column === null) return () => builds
  const index = columnIndex(relation, column.column)
  if (index === undefined) {
    return () => {
      throw new ColumnMissing(column.column)
    }
  }
  const byTenant = groupBy(builds, tenantText)
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
