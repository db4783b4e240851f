import { askWorker, foldedReport } from './ask-worker.ts'
import { exitCodes } from './exit-code.ts'
import { readOutcome } from './request-outcome.ts'
import { type CommonOptions, type Verb, writeJson } from './verb.ts'
import { verifyText } from './verify-text.ts'

interface VerifyOptions extends CommonOptions {
  readonly report?: string
  readonly tenant?: string
  readonly repair?: boolean
}

/** `millrace verify`: whether the counters are what the rows say (law F1), while both go on. */
export const verify: Verb<VerifyOptions> = {
  declare(command) {
    command
      .description('have the worker compare the counters with the rows')
      .option('--report <name>', 'of this report alone')
      .option('--tenant <id>', 'of this tenant alone')
      .option('--repair', 'put what was built anew in the place of what differs')
      .addHelpText('after', '\nThe exit code is 1 where something differs, also where it was repaired.')
  },

  async act(place, options) {
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
  },
}
