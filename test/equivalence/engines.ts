import { Temporal } from 'temporal-polyfill'
import type { Connection } from '../../src/embedded/connection.ts'
import { MillraceError } from '../../src/errors.ts'
import { createReplica } from '../../src/query/create-replica.ts'
import { createQueryEngine } from '../../src/query/engine.ts'
import type { ReportEngine } from '../../src/report/engine.ts'
import { RotatingSecret } from '../../src/secret/rotation.ts'
import { Secret } from '../../src/secret/secret.ts'
import { createAllowlist } from '../../src/tenancy/allowlist.ts'
import { reportOf } from './report-data.ts'
import type { Question, World } from './world.ts'

/** The answer's rows, or the code of the error in their place. */
export type Outcome = { readonly rows: readonly Record<string, unknown>[] } | { readonly error: string }

/** The query engine on a standby, as `serve` makes it, for the tenants of a world. */
export async function queryEngine(standby: Connection, { tenants }: World, rowLimit: number): Promise<ReportEngine> {
  const allowlist = createAllowlist(tenants.map(({ id, schema, timeZone }) => ({ id, schema, timeZone })))
  await allowlist.start()
  const password = new Secret(standby.password)
  const secret = Object.freeze({
    replica: Object.freeze({ ...standby, password, ssl: 'disable' as const, target: 'standby' as const }),
  })
  const replica = createReplica({ secret: new RotatingSecret(secret, async () => secret), allowlist })
  return createQueryEngine({ replica, allowlist, rowLimit })
}

export async function ask(engine: ReportEngine, { storage, tenants }: World, question: Question): Promise<Outcome> {
  try {
    const { rows } = await engine.read({
      report: reportOf(question.report, storage),
      tenant: tenants[question.tenant]?.id as string,
      given: question.given,
      attributes: question.attributes,
      now: Temporal.Instant.from(question.now),
      signal: new AbortController().signal,
    })
    return { rows }
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error
    return { error: `${error.code}: ${error.message} ${String(error.cause ?? '')}` }
  }
}
