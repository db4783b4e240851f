import { setTimeout as delay } from 'node:timers/promises'
import { lsnOf } from '../replication/position.ts'
import { exitCodes } from './exit-code.ts'
import { type FoldStatus, lagOf, readFoldStatus } from './fold-status.ts'
import { loadConfig } from './load-config.ts'
import { openedStore } from './opened-store.ts'
import { replicationSettings } from './replication-settings.ts'
import { readOutcome } from './request-outcome.ts'
import { instantOf, shareOf, statusText } from './status-text.ts'
import { type CommonOptions, type Verb, writeJson } from './verb.ts'

interface StatusOptions extends CommonOptions {
  readonly watch?: boolean
}

const watchMilliseconds = 1_000
const clear = '\u001b[H\u001b[2J\u001b[3J'

/** `millrace status`: how far the fold has come, and what the store holds. */
export const status: Verb<StatusOptions> = {
  declare(command) {
    command
      .description('show how far the fold has come, its builds and its slot')
      .option('--watch', 'show it anew each second, until Ctrl+C; with --json one document in a line each time')
  },

  async act({ folder, out, signal }, { config: file, json, watch = false }) {
    const config = await loadConfig({ folder, file })
    const replication = config.replication === undefined ? undefined : await replicationSettings(config)
    const store = await openedStore(config)
    try {
      for (;;) {
        const found = await readFoldStatus(store, replication)
        if (json && watch) out.write(`${JSON.stringify(statusJson(found))}\n`)
        else if (json) writeJson(out, statusJson(found))
        else out.write(`${watch && out.isTerminal ? clear : ''}${statusText(found, Date.now(), out)}`)
        if (!watch) return exitCodes.done
        if (!json && !out.isTerminal) out.write('\n')
        await delay(watchMilliseconds, undefined, { signal }).catch(() => {})
        if (signal.aborted) return exitCodes.done
      }
    } finally {
      await store.close()
    }
  },
}

export function statusJson({ progress, slotName, builds, requests, source, sourceFault }: FoldStatus): object {
  const lag = source && lagOf(progress, source)
  return {
    position: progress.position,
    lsn: lsnOf(progress.position),
    committedAt: progress.committedAt === 0n ? null : instantOf(progress.committedAt),
    epoch: progress.epoch,
    lagSeconds: lag?.seconds ?? null,
    lagBytes: lag?.bytes ?? null,
    slot:
      slotName === undefined ? null : { name: slotName, isThere: source && source.slot !== undefined, ...source?.slot },
    sourceFault: sourceFault ?? null,
    otherSlots: source?.others ?? null,
    builds: builds.map(({ definition, facts, since, ...build }) => ({
      ...build,
      ...(build.state === 'filling' && { share: shareOf(progress, build.number) }),
      since: new Date(since).toISOString(),
    })),
    requests: requests.map((request) => ({
      ...request,
      outcome: readOutcome(request),
      askedAt: new Date(request.askedAt).toISOString(),
    })),
  }
}
