import { MillraceError } from '../errors.ts'
import { apply } from '../replication/apply.ts'
import type { RebuildReason } from '../replication/change-event.ts'
import { withClient } from '../replication/client.ts'
import { plan } from '../replication/plan.ts'
import { createSlot, dropSlot } from '../replication/slot.ts'
import { newSlotName } from '../replication/slot-name.ts'
import { origin, type Progress } from '../store/report-store.ts'
import type { Observe } from './fold-event.ts'
import type { FoldOptions } from './fold-options.ts'
import { schemasOf, sourcesOf } from './folded-sources.ts'
import { isCode } from './patiently.ts'
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
  // Known to the store before it is made: whoever is killed meanwhile leaves no slot that keeps the host's log and that nobody knows of.
  const slot = newSlotName()
  const source = writeSource({ slot })
  const { epoch } = await store.restart(stream, { position: origin, source, epoch: progress.epoch })
  const former = readSource(progress.source)?.slot
  if (former !== undefined) await withClient(replication, (client) => dropSlot(client, former)).catch(() => {})
  const { position } = await createSlot(replication, slot, signal)
  try {
    await store.restart(stream, { position, source, epoch })
  } catch (error) {
    // Another worker began anew with a slot of its own. Where the store is away, this one is still the store's.
    if (isCode(error, 'STORE_CONFLICT')) await withClient(replication, (client) => dropSlot(client, slot))
    throw error
  }
  observe({ type: 'restarted', slot, position, reason: detail })
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
