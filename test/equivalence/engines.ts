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

/** The answer's rows, or the code of the error in their place; what is no error of Millrace's is unexpected. */
export type Outcome =
  | { readonly rows: readonly Record<string, unknown>[] }
  | { readonly error: string; readonly message: string }

/** The query engine on a standby, as `serve` makes it, for the tenants of a world. */
export async function queryEngine(standby: Connection, { tenants, rowLimit }: World): Promise<ReportEngine> {
  const allowlist = createAllowlist(tenants.map(({ id, schema, timeZone }) => ({ id, schema, timeZone })))
  await allowlist.start()
  const password = new Secret(standby.password)
  const secret = Object.freeze({
    replica: Object.freeze({ ...standby, password, ssl: 'disable' as const, target: 'standby' as const }),
  })
  const replica = createReplica({ secret: new RotatingSecret(secret, async () => secret), allowlist })
  return createQueryEngine({ replica, allowlist, rowLimit })
}

export const ask = (engine: ReportEngine, world: World, question: Question): Promise<Outcome> =>
  outcomeOf(async () => (await engine.read({ ...request(world, question), given: question.given })).rows)

export const askOptions = (
  engine: ReportEngine,
  world: World,
  question: Question,
  filter: string,
  limit: number,
): Promise<Outcome> =>
  outcomeOf(async () =>
    (await engine.options(request(world, question), filter, limit)).map((option) => ({ ...option })),
  )

const request = ({ storage, tenants }: World, { report, tenant, attributes, now }: Question) => ({
  report: reportOf(report, storage),
  tenant: tenants[tenant]?.id as string,
  attributes,
  now: Temporal.Instant.from(now),
  signal: new AbortController().signal,
})

async function outcomeOf(read: () => Promise<readonly Record<string, unknown>[]>): Promise<Outcome> {
  try {
    return { rows: await read() }
  } catch (error) {
    return error instanceof MillraceError
      ? { error: error.code, message: `${error.message}; ${String(error.cause)}` }
      : { error: 'unexpected', message: String((error as Error).stack) }
  }
}
