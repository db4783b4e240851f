import type { ConnectionSettings } from '../secret/connection.ts'
import { withClient } from './client.ts'
import { type Finding, refusal } from './finding.ts'
import { judgeServer } from './judge-server.ts'
import { ReplicationConnection } from './replication-connection.ts'
import { readServerFacts } from './server-facts.ts'
import { codeOf } from './source-fault.ts'

/**
 * R11: everything about the server and the replication role that keeps changes from being read, all at once, each with what mends
 * it. What the tables need is in `plan`. Throws SOURCE_UNAVAILABLE where the server cannot be asked at all.
 */
export async function preflight(connection: ConnectionSettings, slotPrefix = 'millrace'): Promise<Finding[]> {
  const facts = await withClient(connection, (client) => readServerFacts(client, slotPrefix))
  const findings = judgeServer(facts)
  return findings.some(({ severity }) => severity === 'refusal')
    ? findings
    : [...findings, ...(await tryIt(connection))]
}

const tooManyConnections = '53300'

/** Whether the server, or what stands before it, lets a connection of the replication protocol in. */
async function tryIt(settings: ConnectionSettings): Promise<Finding[]> {
  try {
    const connection = await ReplicationConnection.open(settings)
    await connection.identify().finally(() => connection.close())
    return []
  } catch (error) {
    // Senders that others use were counted: it is one of ours that uses the last.
    if (codeOf(error) === tooManyConnections) return []
    const problem = 'does not let the replication role in with the protocol of replication'
    return [refusal('server', problem, 'connect to the primary itself, without a pooler, and see its pg_hba.conf')]
  }
}
