import { askWorker, foldedReport } from './ask-worker.ts'
import { exitCodes } from './exit-code.ts'
import { count } from './finding-blocks.ts'
import { printable } from './output.ts'
import { readOutcome } from './request-outcome.ts'
import { type CommonOptions, type Verb, writeJson } from './verb.ts'

interface RebuildOptions extends CommonOptions {
  readonly tenant?: string
}

/** `millrace rebuild`: counters from the rows anew, while the former ones are read. */
export const rebuild: Verb<RebuildOptions> = {
  declare(command) {
    command
      .description('have the worker build a report anew')
      .argument('<report>', 'the name of the report')
      .option('--tenant <id>', 'of this tenant alone (default: of each)')
      .addHelpText('after', '\nThe former counters are read until the new ones are complete.')
  },

  async act(place, options, name) {
    const { tenant, json } = options
    const request = await askWorker(place, options, (config) => ({
      kind: 'rebuild',
      report: foldedReport(config, name as string),
      ...(tenant === undefined ? {} : { tenant }),
    }))
    const outcome = readOutcome(request)
    const isDone = request.state === 'done' && outcome.done > 0
    if (json) writeJson(place.out, { ...request, outcome })
    else if (request.state === 'failed')
      place.out.write(`failed: ${printable(outcome.detail ?? 'the worker does not say why')}\n`)
    else if (outcome.done === 0)
      place.out.write('nothing was built: the worker folds no such report for such a tenant\n')
    else place.out.write(`${count(outcome.done, 'build')} made anew\n`)
    return isDone ? exitCodes.done : exitCodes.failed
  },
}
