import { createStoreEngine } from '../../src/fold/engine.ts'
import type { ReportEngine } from '../../src/report/engine.ts'
import type { ReportStore } from '../../src/store/report-store.ts'
import { createAllowlist } from '../../src/tenancy/allowlist.ts'
import type { World } from './world.ts'

/** The engine that reads counters, for the tenants of a world; labels are those of the world itself. */
export async function storeEngine(
  store: ReportStore,
  stream: string,
  { tenants, rowLimit }: Pick<World, 'tenants' | 'rowLimit'>,
  /** The name that a report is folded under. */
  nameOf: (fingerprint: string) => string = () => 'random',
): Promise<ReportEngine> {
  const allowlist = createAllowlist(tenants.map(({ id, schema, timeZone }) => ({ id, schema, timeZone })))
  await allowlist.start()
  return createStoreEngine({
    store: {
      read: (stream, of, ranges) =>
        store.read(stream, 'number' in of ? of : { ...of, report: nameOf(of.fingerprint) }, ranges),
      progress: (stream) => store.progress(stream),
      fillings: async () => [],
      close: async () => {},
    },
    stream,
    allowlist,
    rowLimit,
    labels: async ({ tenant }, { lookup }) => {
      const labels = tenants.find(({ id }) => id === tenant)?.labels ?? {}
      const known = Object.entries(labels).filter((each): each is [string, string] => each[1] !== null)
      return Object.fromEntries(Object.keys(lookup).map((dimension) => [dimension, new Map(known)]))
    },
  })
}
