import type { AnalyticsSecret } from '../secret/analytics-secret.ts'
import { loadReplicationSecret, loadSecret } from '../secret/load-secret.ts'
import { doctorText } from './doctor-text.ts'
import { examine, skip } from './examine.ts'
import { examineSlots, examineSnapshots, examineSource } from './examine-source.ts'
import { examineStore } from './examine-store.ts'
import { examineTarget } from './examine-target.ts'
import { type Part, stateOf } from './examined.ts'
import { exitCodes } from './exit-code.ts'
import { count } from './finding-blocks.ts'
import { foldedBy } from './folded.ts'
import { type LoadedConfig, loadConfig } from './load-config.ts'
import { openedStore } from './opened-store.ts'
import { progressOn } from './progress.ts'
import { type Verb, writeJson } from './verb.ts'

/** `millrace doctor`: what is right and what is wrong, from the configuration to the store. */
export const doctor: Verb = {
  declare(command) {
    command
      .description('show on one page what is right and what is wrong, with the next step of each')
      .addHelpText('after', '\nIt changes nothing. The exit code is 1 where there is an error; a warning is none.')
  },

  async act({ folder, out, err }, { config: file, json }) {
    const progress = progressOn(err)
    const parts: Part[] = []
    try {
      let config: LoadedConfig | undefined
      progress.show('the configuration')
      parts.push(
        await examine('configuration', async ({ facts }) => {
          config = await loadConfig({ folder, file })
          const reports = config.reports.reports.length
          facts.push(
            `${count(reports, 'report')}, of which ${foldedBy(config).reports.length} can be answered by a store`,
          )
        }),
      )
      if (config !== undefined) await examineDeployment(config, parts, progress.show)
    } finally {
      progress.end()
    }
    const isWell = parts.every((part) => stateOf(part) !== 'error')
    if (json) writeJson(out, { well: isWell, parts: parts.map((part) => ({ ...part, state: stateOf(part) })) })
    else out.write(doctorText(parts, out))
    return isWell ? exitCodes.done : exitCodes.failed
  },
}

async function examineDeployment(config: LoadedConfig, parts: Part[], progress: (what: string) => void): Promise<void> {
  progress('the secrets')
  const { analytics, replication } = config
  let secret: Awaited<ReturnType<typeof loadSecret>> | undefined
  let settings: Awaited<ReturnType<typeof loadReplicationSecret>>['replication'] | undefined
  parts.push(
    await examine('analytics secret', async ({ facts }) => {
      facts.push(analytics)
      secret = await loadSecret(analytics)
    }),
  )
  if (secret === undefined) return
  if (replication === undefined)
    parts.push(skip('replication secret', 'the configuration names none: nothing is folded'))
  else
    parts.push(
      await examine('replication secret', async ({ facts }) => {
        facts.push(replication)
        settings = (await loadReplicationSecret(replication)).replication
      }),
    )
  progress('the target')
  parts.push(...(await examineTarget(config)))
  const folded = foldedBy(config)
  if (settings !== undefined) {
    progress('the primary')
    parts.push(...(await examineSource(config, folded, settings)))
    parts.push(await examineSnapshots({ analytics: secret, replication: settings }, config.fold?.snapshots))
  }
  progress('the store')
  const target = secret.store
  const store =
    target && (await examineStore(target, config, () => openedStore(config, { secret: secret as AnalyticsSecret })))
  parts.push(store?.part ?? skip('store', 'the analytics secret names none: the replica answers every report'))
  if (settings !== undefined) parts.push(await examineSlots(settings, store?.slotName, target !== undefined))
}
