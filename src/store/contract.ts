import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { batchExamples } from './contract/batch-examples.ts'
import { buildExamples } from './contract/build-examples.ts'
import { checkHistories } from './contract/check-histories.ts'
import { expiryExamples } from './contract/expiry-examples.ts'
import { fillingExamples } from './contract/filling-examples.ts'
import { limitExamples } from './contract/limit-examples.ts'
import type { OpenedStore } from './contract/opened-store.ts'
import { readExamples } from './contract/read-examples.ts'

export type { OpenedStore } from './contract/opened-store.ts'

export interface ContractOptions {
  /** Histories that are generated; 50 unless given, and 10,000 where the environment says `MILLRACE_LONG=1`. */
  readonly histories?: number
  /** Of the example of a batch of many; 12,000 unless given, and where the environment says `MILLRACE_LONG=1`. */
  readonly counters?: number
  /** Of the generator; random unless given. A failure prints the one that it had. */
  readonly seed?: number
}

/**
 * Holds a store to its laws, with vitest: first by example, then by generated histories, in which several processes that know nothing
 * of each other read, write, build and drop at once, their calls fail before, during and after what they do, arrive late or twice, and
 * every answer must be what the changes amount to at the position that it names.
 *
 * S1 exactly once, whatever crashes, retries or runs twice. S2 an answer is exact at one position, its `asOf`, or an error. S3 `asOf`
 * never goes back. S4 a batch that does not continue from the committed position and epoch is refused. S5 batch boundaries do not
 * matter; once declared, a batch keeps its end. S6 what nets to zero is absent. S7 tenants, reports and builds are apart; T6 whatever
 * characters their names have. S8 drop removes one build and nothing else. S9 what has expired by the source's clock is not read,
 * whether or not it was deleted, and everything else is.
 *
 * All of it is asked of every store; there is nothing to switch off.
 */
export function storeContract(name: string, open: () => Promise<OpenedStore>, options: ContractOptions = {}): void {
  const isLong = process.env.MILLRACE_LONG === '1'
  const histories = isLong ? 10_000 : (options.histories ?? 50)
  const counters = isLong ? 12_000 : (options.counters ?? 12_000)
  describe(name, () => {
    let opened: OpenedStore
    beforeAll(async () => {
      opened = await open()
    })
    afterAll(async () => {
      await opened?.close()
    })

    const examples = [batchExamples, buildExamples, fillingExamples, readExamples, limitExamples, expiryExamples].flat()
    for (const { title, run } of examples) {
      test(title, async () => {
        const other = await opened.another()
        try {
          await run({ store: opened.store, other, stream: crypto.randomUUID(), counters })
        } finally {
          if (other !== opened.store) await other.close()
        }
      })
    }

    test(`S1 to S9 hold in ${histories} generated histories`, { timeout: 60_000 + 1_000 * histories }, async () => {
      const given = options.seed === undefined ? {} : { seed: options.seed }
      expect(await checkHistories(opened, { histories, ...given })).toBeGreaterThan(histories)
    })
  })
}
