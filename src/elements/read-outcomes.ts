import type { Access } from '../client/access.ts'
import { exchangeMany } from '../client/exchange.ts'
import type { ReadRequest, SentResult } from '../http/wire.ts'
import { failureOf, type KnownAnswer, type Outcome, outcomeOf } from './reading.ts'

interface Asked {
  readonly request: ReadRequest
  readonly known?: KnownAnswer | undefined
}

/** What comes of asking for several reports in one request; each is sent only if there is another answer than the one that is known. */
export async function outcomesOf(
  access: Access,
  asked: readonly Asked[],
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const known = asked.map((each) => each.known)
  try {
    const requests = asked.map(({ request }, at) => ({ ...request, ...tagOf(known[at]) }))
    const sent = await exchangeMany(access, requests, { signal })
    return known.map((each, at) => outcomeOf(sent[at] as SentResult, each))
  } catch (error) {
    const failure = failureOf(error)
    return known.map(() => ({ failure }))
  }
}

const tagOf = (known: KnownAnswer | undefined) => (known === undefined ? {} : { etag: known.etag })
