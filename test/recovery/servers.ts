import { afterAll, beforeAll } from 'vitest'
import {
  type Cluster,
  type ClusterOptions,
  type StandaloneServer,
  startCluster,
  startServer,
} from '../../src/embedded/cluster.ts'
import { startHaltingProxy } from '../dynamodb/halting-proxy.ts'
import { openTables } from '../dynamodb/tables.ts'
import type { SharedPlace, StorePlace } from '../store/store-place.ts'
import { dynamoStores, memoryStores, postgresStores, type StoreServer } from '../store/store-servers.ts'

type StoreKind = StorePlace['kind']

/** The stores that processes share. One in memory ends with the process of its worker, and can neither be killed nor be away alone. */
export const storeKinds: readonly SharedPlace['kind'][] = ['postgres', 'dynamodb']
/** Where the worker is in this process. */
export const ownStoreKinds: readonly StoreKind[] = ['memory', ...storeKinds]
/** Where the store has little part in what happens: the other one only in a long run. */
export const fewerStoreKinds = process.env.MILLRACE_LONG === '1' ? storeKinds : storeKinds.slice(0, 1)
export const fewerOwnStoreKinds = process.env.MILLRACE_LONG === '1' ? ownStoreKinds : ownStoreKinds.slice(0, 2)

/** The servers of the tests of one `describe`: a primary, with its standby where asked for, and others for the stores. */
export function useServers(options: ClusterOptions = {}, storeOptions: ClusterOptions['settings'] = {}) {
  let [cluster, server]: [Cluster?, StandaloneServer?] = []
  let dynamo: ReturnType<typeof startDynamoStores> | undefined
  beforeAll(async () => {
    ;[cluster, server] = await Promise.all([
      startCluster({ standby: false, ...options }),
      startServer({ version: options.version ?? 18, settings: storeOptions }),
    ])
  })
  afterAll(() => Promise.all([cluster?.close(), server?.close(), dynamo?.then(({ close }) => close())]))
  const started = <Part>(part: Part | undefined): Part => {
    if (part === undefined) throw new Error('the servers are not started')
    return part
  }
  return {
    get cluster() {
      return started(cluster)
    },
    /** For stores in PostgreSQL. */
    get storeServer() {
      return postgresStores(started(server))
    },
    /** The same primary, and what stores of a kind are made on. */
    async storedIn(kind: StoreKind): Promise<{ readonly cluster: Cluster; readonly storeServer: StoreServer }> {
      if (kind === 'memory') return { cluster: started(cluster), storeServer: memoryStores }
      if (kind === 'postgres') return { cluster: started(cluster), storeServer: postgresStores(started(server)) }
      dynamo ??= startDynamoStores()
      return { cluster: started(cluster), storeServer: (await dynamo).stores }
    },
  }
}

async function startDynamoStores() {
  const tables = await openTables()
  const proxy = await startHaltingProxy(tables.place.endpoint ?? '')
  return {
    stores: dynamoStores(tables, proxy),
    async close() {
      await proxy.close()
      await tables.close()
    },
  }
}
