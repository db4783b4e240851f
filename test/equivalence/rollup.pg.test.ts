import { holdToPostgres } from './hold-to-postgres.ts'
import { rollupEngine } from './rollup-engine.ts'

holdToPostgres('F1 F4 F5 S9 a rollup answers as PostgreSQL does', rollupEngine)
