import { type AnySource, bySchema, definition } from '../report/source.ts'
import { type Parameters, quoteIdentifier } from './statement.ts'

/** Which of the two forms of tenancy a source has. */
export function tenancyOf(source: AnySource): 'column' | 'schema' {
  return source[definition].tenant === bySchema ? 'schema' : 'column'
}

/** A source's table: named with its schema where tenancy is by column; alone where the tenant's schema is the search path. */
export function relation(source: AnySource): string {
  const { table } = source[definition]
  if (tenancyOf(source) === 'schema') return quoteIdentifier(table)
  const [schema, name] = table.includes('.') ? (table.split(/\.(.*)/) as [string, string]) : ['public', table]
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
}

/** T4: the tenant's predicate, which stands before every other; none where the schema is the scope. */
export function tenantPredicate(source: AnySource, alias: string, tenant: string, parameters: Parameters): string[] {
  const { tenant: property, columns } = source[definition]
  if (property === bySchema) return []
  return [`${alias}.${quoteIdentifier(columns[property as string]?.column as string)} = ${parameters.add(tenant)}`]
}
