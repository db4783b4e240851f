import type { Connection } from '../../src/embedded/connection.ts'
import type { ChangeStream } from '../../src/replication/change-stream.ts'
import { openChanges } from '../../src/replication/open-changes.ts'
import { publicationNames } from '../../src/replication/publications.ts'
import { connectionSettings } from '../connection-settings.ts'
import { runProgram } from '../program.ts'

/** The bare limit of a fold: its own decoder, whose changes are thrown away. */
export interface DecodeStart {
  readonly source: Connection
}

export interface DecodeQuestion {
  readonly slot: string
  readonly after: string
  readonly until: string
}

export interface DecodeAnswer {
  /** From when the stream was open. */
  readonly seconds: number
  readonly changes: number
  /** Of the process, in seconds. */
  readonly cpu: number
}

runProgram<DecodeStart, object, DecodeQuestion, DecodeAnswer>(async ({ source }) => ({
  ready: {},
  async answer({ slot, after, until }) {
    const opening = await openChanges({
      connection: connectionSettings(source),
      slot,
      publications: [publicationNames.changes],
      reached: async () => ({ position: after }),
    })
    if (opening.outcome !== 'open') throw new Error(`the slot cannot be read: ${JSON.stringify(opening)}`)
    const [since, before] = [performance.now(), process.cpuUsage()]
    const changes = await countChanges(opening.stream, until)
    const cpu = process.cpuUsage(before)
    return { seconds: (performance.now() - since) / 1000, changes, cpu: (cpu.user + cpu.system) / 1e6 }
  },
}))

/** Nothing is acknowledged, so that the slot stays where it is. */
async function countChanges(stream: ChangeStream, until: string): Promise<number> {
  let changes = 0
  for await (const events of stream) {
    for (const event of events) {
      if (event.type === 'insert' || event.type === 'update' || event.type === 'delete') changes++
      else if ((event.type === 'commit' || event.type === 'idle') && event.position >= until) return changes
    }
  }
  throw new Error('the stream has ended')
}
