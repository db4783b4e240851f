import { MillraceError } from '../errors.ts'
import { apply } from '../replication/apply.ts'
import type { RebuildReason } from '../replication/change-event.ts'
import { withClient } from '../replication/client.ts'
import { plan } from '../replication/plan.ts'
import { createSlot, dropSlot } from '../replication/slot.ts'
import { newSlotName } from '../replication/slot-name.ts'
import type { Progress } from '../store/report-store.ts'
import type { Observe } from './fold-event.ts'
import type { FoldOptions } from './fold-options.ts'
import { schemasOf, sourcesOf } from './folded-sources.ts'
import { readSource, writeSource } from './source-text.ts'

/** A new slot, from which every build begins anew. */
export async function beginAnew(
  options: FoldOptions,
  progress: Progress,
  detail: string,
  observe: Observe,
  signal: AbortSignal,
  reason?: RebuildReason,
): Promise<void> {
  const { store, stream = 'main', replication, tenants } = options
  if (reason === 'publication-missing') {
    await apply(replication, { sources: sourcesOf(options), schemas: schemasOf(tenants), signal })
  }
  const { name: slot, position } = await createSlot(replication, newSlotName(), signal)
  try {
    await store.restart(stream, { position, source: writeSource({ slot }), epoch: progress.epoch })
  } catch (error) {
    // Whether it is in is not known where the answer was lost.
    const now = await store.progress(stream).catch(() => undefined)
    if (now === undefined || readSource(now.source)?.slot !== slot) {
      if (now !== undefined) await withClient(replication, (client) => dropSlot(client, slot))
      throw error
    }
  }
  observe({ type: 'restarted', slot, position, reason: detail })
  const former = readSource(progress.source)?.slot
  if (former !== undefined) await withClient(replication, (client) => dropSlot(client, former)).catch(() => {})
}

/** The first time, nothing is prepared in passing: what is done to the host's database is the operator's to see. */
export async function refuseUnprepared(options: FoldOptions): Promise<void> {
  const { replication, tenants } = options
  const planned = await withClient(replication, (client) =>
    plan(client, { sources: sourcesOf(options), schemas: schemasOf(tenants) }),
  )
  const refusals = planned.findings.filter(({ severity }) => severity === 'refusal')
  if (refusals.length === 0 && planned.steps.length === 0) return
  const open = [
    ...refusals.map(({ about, problem }) => `${about} ${problem}`),
    ...planned.steps.map(({ statement }) => statement),
  ]
  throw new MillraceError('REPLICATION_UNPREPARED', open.join('; '))
}
