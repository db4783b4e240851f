import { MillraceError } from '../errors.ts'
import type { NewRequest, Request } from '../store/report-store.ts'
import { foldedBy } from './folded.ts'
import { followRequest } from './follow-request.ts'
import { type LoadedConfig, loadConfig } from './load-config.ts'
import { openedStore } from './opened-store.ts'
import { reportNamed } from './operator.ts'
import { progressOn } from './progress.ts'
import { outcomeText } from './request-outcome.ts'
import type { CommonOptions, Place } from './verb.ts'

/** Throws COMMAND_INVALID where there is no such report, or it is a raw one. */
export function foldedReport(config: LoadedConfig, name: string): string {
  const report = reportNamed(config.reports, name)
  if (foldedBy(config).reports.some((folded) => folded.name === report.name)) return report.name
  throw new MillraceError(
    'COMMAND_INVALID',
    `report "${name}" is raw SQL: the replica answers it, and it is not folded`,
  )
}

/** Asks the worker, wherever it runs, and waits for its answer, with progress on a terminal. */
export async function askWorker(
  { folder, err, signal }: Place,
  { config: file, json }: CommonOptions,
  requestOf: (config: LoadedConfig) => NewRequest,
): Promise<Request> {
  const config = await loadConfig({ folder, file })
  const request = requestOf(config)
  const store = await openedStore(config)
  const progress = progressOn(err, `${request.kind}: `)
  try {
    return await followRequest(store, request, {
      signal,
      onChange: (found) => progress.show(`${found.state}${outcomeText(found)}`),
      onUntaken: () => {
        progress.end()
        if (json) return
        err.write(
          `${err.paint('yellow', 'Note')}: no worker has taken the request yet: is millrace fold running, and is a build under way?\n`,
        )
      },
    })
  } finally {
    progress.end()
    await store.close()
  }
}
