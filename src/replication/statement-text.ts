import pg from 'pg'

/** A table as a statement names it. */
export const tableText = ({ schema, table }: { readonly schema: string; readonly table: string }): string =>
  `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}`
