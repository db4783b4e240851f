import { queryEngine } from './engines.ts'
import { holdToPostgres } from './hold-to-postgres.ts'

holdToPostgres('F1 the query engine answers as PostgreSQL does', queryEngine)
