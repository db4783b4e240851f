/** `millrace`: what a report file, a catalog and `millrace.config.ts` are written with. */

export { jwtViewer } from './access/jwt.ts'
export type { JwtViewerOptions } from './access/jwt-options.ts'
export type { HostViewer, Viewer, ViewerInput, ViewerOf, ViewerRequest } from './access/viewer.ts'
export { type Config, defineConfig, type Limits, type TenantTable } from './config.ts'
export { type ErrorCode, MillraceError } from './errors.ts'
export { type AnyReport, type Catalog, catalog, type ParamsIn, type ReportName, type RowIn } from './report/catalog.ts'
export {
  type BigInteger,
  bigint,
  boolean,
  type Column,
  type Day,
  type Decimal,
  date,
  decimal,
  enumOf,
  type Instant,
  integer,
  nullable,
  real,
  text,
  timestamp,
  uuid,
} from './report/column.ts'
export { growth, ratio, runningTotal, share } from './report/derived.ts'
export { add, elapsed, subtract, times } from './report/expression.ts'
export type { Label } from './report/label.ts'
export { lookup } from './report/lookup.ts'
export { avg, count, countDistinct, max, min, percentile, sum } from './report/measure.ts'
export {
  day,
  given,
  lastDays,
  lastMonths,
  lastWeeks,
  month,
  quarter,
  toDate,
  week,
  year,
} from './report/period.ts'
export { atLeast, below, between, not } from './report/predicate.ts'
export { type ParamsOfReport, type ReportDefinition, type RowOfReport, report } from './report/report.ts'
export { bySchema, type Source, source } from './report/source.ts'
export { sql } from './report/sql.ts'
export { type SqlReportDefinition, sqlReport } from './report/sql-report.ts'
export type { Tenant, TenantInput } from './tenancy/tenant.ts'
