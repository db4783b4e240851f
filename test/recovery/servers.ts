import { afterAll, beforeAll } from 'vitest'
import {
  type Cluster,
  type ClusterOptions,
  type StandaloneServer,
  startCluster,
  startServer,
} from '../../src/embedded/cluster.ts'

/** The servers of the tests of one `describe`: a primary, with its standby where asked for, and another for the store. */
export function useServers(options: ClusterOptions = {}, storeOptions: ClusterOptions['settings'] = {}) {
  let [cluster, storeServer]: [Cluster?, StandaloneServer?] = []
  beforeAll(async () => {
    ;[cluster, storeServer] = await Promise.all([
      startCluster({ standby: false, ...options }),
      startServer({ version: options.version ?? 18, settings: storeOptions }),
    ])
  })
  afterAll(() => Promise.all([cluster?.close(), storeServer?.close()]))
  const started = <Part>(part: Part | undefined): Part => {
    if (part === undefined) throw new Error('the servers are not started')
    return part
  }
  return {
    get cluster() {
      return started(cluster)
    },
    get storeServer() {
      return started(storeServer)
    },
  }
}
