import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../errors.ts'
import { parseDuration } from '../report/duration.ts'
import { askWorker, foldedReport } from './ask-worker.ts'
import { exitCodes } from './exit-code.ts'
import { writeFailure } from './failure.ts'
import { readOutcome } from './request-outcome.ts'
import { type CommonOptions, type Place, type Verb, writeJson } from './verb.ts'
import { verifyText } from './verify-text.ts'

interface VerifyOptions extends CommonOptions {
  readonly report?: string
  readonly tenant?: string
  readonly repair?: boolean
  readonly every?: string
}

/** `millrace verify`: whether the counters are what the rows say (law F1), while both go on. */
export const verify: Verb<VerifyOptions> = {
  declare(command) {
    command
      .description('have the worker compare the counters with the rows')
      .option('--report <name>', 'of this report alone')
      .option('--tenant <id>', 'of this tenant alone')
      .option('--repair', 'put what was built anew in the place of what differs')
      .option('--every <duration>', 'again and again, so long after the last has ended ("30m", "6h"), until Ctrl+C')
      .addHelpText('after', '\nThe exit code is 1 where something differs, also where it was repaired.')
  },

  async act(place, { every, ...options }) {
    if (every === undefined) return await verifyOnce(place, options)
    const pauseMilliseconds = secondsOf(every) * 1000
    const { out, err, signal } = place
    // One document in a line each time.
    const lines = { ...out, write: (text: string) => out.write(`${JSON.stringify(JSON.parse(text))}\n`) }
    const each = options.json ? { ...place, out: lines } : place
    while (!signal.aborted) {
      try {
        await verifyOnce(each, options)
      } catch (error) {
        if (signal.aborted) break
        if (!(error instanceof MillraceError) || error.code !== 'STORE_UNAVAILABLE') throw error
        writeFailure(error, err, options.debug ?? false)
      }
      await delay(pauseMilliseconds, undefined, { signal }).catch(() => {})
    }
    return exitCodes.done
  },
}

async function verifyOnce(place: Place, options: VerifyOptions): Promise<number> {
  const { report, tenant, repair = false, json } = options
  const request = await askWorker(place, options, (config) => ({
    kind: repair ? 'repair' : 'verify',
    ...(report === undefined ? {} : { report: foldedReport(config, report) }),
    ...(tenant === undefined ? {} : { tenant }),
  }))
  const outcome = readOutcome(request)
  if (json) writeJson(place.out, { ...request, outcome })
  else place.out.write(verifyText(request, place.out))
  const isRight = request.state === 'done' && outcome.done > 0 && outcome.different.length === 0
  return isRight ? exitCodes.done : exitCodes.failed
}

/** Throws COMMAND_INVALID. */
function secondsOf(every: string): number {
  try {
    return parseDuration(every)
  } catch (error) {
    throw new MillraceError('COMMAND_INVALID', `--every: ${(error as RangeError).message}`)
  }
}
