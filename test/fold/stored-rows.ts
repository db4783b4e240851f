import type { ReportDefinition } from '../../src/report/report.ts'
import { defineBuild, readBuildDefinition } from '../../src/rollup/build-definition.ts'
import { Counters } from '../../src/rollup/counters.ts'
import { compileFold } from '../../src/rollup/fold-row.ts'
import { MemoryStore } from '../../src/store/memory/memory-store.ts'
import type { Build } from '../../src/store/report-store.ts'

/** A position, by its number. */
export const at = (number: number) => number.toString(16).padStart(16, '0')
/** When each position was committed, in microseconds since 1970. */
export const committedAt = 1_790_000_000_123_456n

/** A store whose builds hold what is inserted, without a database and a worker. */
export class StoredRows {
  readonly store = new MemoryStore()
  #position = 0

  /** Adds rows of one tenant to the build of a report, which it makes ready if there is none, 16 after the last position. */
  async insert(
    tenant: { readonly id: string; readonly timeZone?: string },
    report: ReportDefinition,
    rows: readonly Readonly<Record<string, string>>[],
  ): Promise<void> {
    const { definition, fingerprint } = defineBuild(report, { timeZone: 'UTC', ...tenant })
    const known = (await this.store.builds('main')).find((each) => each.fingerprint === fingerprint)
    const build = known ?? (await this.#open({ tenant: tenant.id, report: report.name, fingerprint, definition }))
    const counters = new Counters()
    const fold = compileFold(readBuildDefinition(definition).plan)
    for (const row of rows) fold((column) => row[column] ?? null, 1, counters)
    const additions = [...counters].map((counter) => ({ build, ...counter }))
    const { epoch } = await this.store.progress('main')
    const from = at(this.#position)
    this.#position += 16
    await this.store.apply('main', { from, to: at(this.#position), epoch, committedAt, source: '', additions })
  }

  async #open(wanted: Pick<Build, 'tenant' | 'report' | 'fingerprint' | 'definition'>): Promise<Build> {
    const { epoch } = await this.store.progress('main')
    const [build] = await this.store.open('main', [{ ...wanted, facts: '', startsAt: at(this.#position) }], epoch)
    if (build === undefined) throw new Error('no build')
    await this.store.ready('main', build)
    return build
  }
}
