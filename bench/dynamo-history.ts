import { completeLoad } from '../src/capacity/complete-load.ts'
import type { GivenLoad } from '../src/capacity/given-load.ts'
import { Random } from '../src/capacity/random.ts'
import { forget, modelTables, type TableModel } from '../src/capacity/report-model.ts'
import { type Draw, drawByShares, zipfShares } from '../src/capacity/zipf.ts'
import type { ReportDefinition } from '../src/report/report.ts'
import { definition } from '../src/report/source.ts'
import { defineBuild } from '../src/rollup/build-definition.ts'
import type { DynamoStore } from '../src/store/dynamodb/dynamodb-store.ts'
import { type Addition, type Build, origin } from '../src/store/report-store.ts'

const secondsPerDay = 86_400
export const stream = 'main'
export const timeZone = 'UTC'
/** Of a database that has written ten terabytes of log: positions, and so items, are as long as they are in production. */
export const firstPosition = '00000a0000000000'
/** Bytes of log for each addition, about. */
const bytesOfAddition = 300

/** As long as a UUID. */
const tenantId = (number: number): string => `00000000-0000-4000-8000-${number.toString().padStart(12, '0')}`

/** What is drawn of both tables: tenants as unequal as Zipf has it, updates that resolve a finding or change a booking. */
const given = (tenants: number): GivenLoad => ({
  ...{ seed: 1, tenants, skew: 1 },
  tables: {
    finding: {
      ...{ rows: 5_000_000, insertsPerSecond: 1 },
      updates: [{ changes: ['resolvedAt'], perSecond: 1, ageDays: 14 }],
      columns: { assetGroup: { distinct: 40 }, cvss: { distinct: 100 } },
    },
    booking: {
      ...{ rows: 5_000_000, insertsPerSecond: 1 },
      updates: [{ changes: ['status'], perSecond: 1, ageDays: 14 }],
      columns: { total: { distinct: 100_000, skew: 0 }, nights: { distinct: 14 } },
    },
  },
})

/** A history of one table that is drawn, and folded by the product's own fold into a store, for each of some reports of it. */
export class DynamoHistory {
  readonly tenants: readonly string[]
  readonly #store: DynamoStore
  /** By tenant and report. */
  readonly #builds: ReadonlyMap<string, Build>
  readonly #model: TableModel
  readonly #tenantOf: Draw
  readonly #random = new Random(7, 'history')
  #epoch: number
  #position: string

  private constructor(
    store: DynamoStore,
    reports: readonly ReportDefinition[],
    tenants: readonly string[],
    builds: readonly Build[],
    at: { readonly epoch: number; readonly position: string },
  ) {
    this.#store = store
    this.tenants = tenants
    this.#builds = new Map(builds.map((build) => [`${build.tenant} ${build.report}`, build]))
    this.#epoch = at.epoch
    this.#position = at.position
    const load = given(tenants.length)
    const { tables = {}, ...rest } = load
    const table = (reports[0] as ReportDefinition).from[definition].table
    const own = { ...rest, tables: { [table]: tables[table] ?? {} } }
    this.#model = modelTables(completeLoad(own, reports), reports)[0] as TableModel
    this.#tenantOf = drawByShares(zipfShares(tenants.length, load.skew ?? 1))
  }

  /** With a build for each tenant and report, which is read from the beginning. */
  static async open(store: DynamoStore, reports: readonly ReportDefinition[], tenants: number): Promise<DynamoHistory> {
    const ids = Array.from({ length: tenants }, (_, at) => tenantId(at + 1))
    const found = await store.progress(stream)
    const isNew = found.position === origin
    const { epoch, position } = isNew
      ? await store.restart(stream, { position: firstPosition, source: '', epoch: found.epoch })
      : found
    const builds = await store.open(
      stream,
      ids.flatMap((id) =>
        reports.map((report) => ({
          ...{ tenant: id, report: report.name, facts: '', startsAt: position },
          ...defineBuild(report, { id, timeZone }),
        })),
      ),
      epoch,
    )
    for (const build of builds) await store.ready(stream, build)
    return new DynamoHistory(store, reports, ids, builds, await store.progress(stream))
  }

  /** The additions of so many changes, as the fold gathers them: each counter once. */
  draw(changes: number, day: number): Addition[] {
    const perTenant = new Array<number>(this.tenants.length).fill(0)
    for (let at = 0; at < changes; at++) {
      const tenant = this.#tenantOf(this.#random)
      perTenant[tenant] = (perTenant[tenant] as number) + 1
    }
    const additions: Addition[] = []
    perTenant.forEach((count, tenant) => {
      if (count === 0) return
      forget(this.#model)
      for (let at = 0; at < count; at++) {
        this.#model.changes.change(this.#random, (day + this.#random.next()) * secondsPerDay, this.#model.reports)
      }
      for (const { report, counters } of this.#model.reports) {
        const build = this.#builds.get(`${this.tenants[tenant]} ${report.name}`) as Build
        for (const { sort, by } of counters) additions.push({ build, sort, by })
      }
    })
    return additions
  }

  async apply(additions: readonly Addition[]): Promise<void> {
    const from = this.#position
    const to = (BigInt(`0x${from}`) + BigInt(bytesOfAddition * (additions.length + 1)))
      .toString(16)
      .padStart(origin.length, '0')
    await this.#store.apply(stream, { from, to, epoch: this.#epoch, committedAt: 1n, source: '{}', additions })
    this.#position = to
  }
}
