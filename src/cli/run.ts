import { startMillrace } from '../start.ts'
import { answerText } from './answer-text.ts'
import { attributesBy, givenBy } from './assignments.ts'
import { auditTo } from './audit-text.ts'
import { exitCodes } from './exit-code.ts'
import { loadConfig } from './load-config.ts'
import {
  givenTenant,
  lackingAttributes,
  operatorOf,
  refuseUnknownAttributes,
  reportNamed,
  tenantNamed,
} from './operator.ts'
import { type CommonOptions, collect, type Verb, writeJson } from './verb.ts'
import { warnTo } from './warn.ts'

interface RunOptions extends CommonOptions {
  readonly tenant?: string
  readonly param?: readonly string[]
  readonly attribute?: readonly string[]
}

/** `millrace run`: one report, for one tenant, through everything that a viewer's read goes through. */
export const run: Verb<RunOptions> = {
  declare(command) {
    command
      .description('read a report, as a viewer of the tenant who has its permission')
      .argument('<report>', 'the name of the report')
      .option('--tenant <id>', 'whose rows')
      .option('--param <name=value>', 'a parameter or a filter; repeat the name for several values', collect)
      .option('--attribute <name=value,…>', 'an attribute of the viewer that the report is restricted by', collect)
      .addHelpText('after', '\nExample:\n  millrace run booking-summary --tenant acme --param from=2026-01-01')
  },

  async act({ folder, out, err, signal }, { config: file, json, tenant, param = [], attribute = [] }, name) {
    const id = givenTenant(tenant)
    const given = givenBy(param)
    const attributes = attributesBy(attribute)
    const config = await loadConfig({ folder, file })
    const report = reportNamed(config.reports, name as string)
    refuseUnknownAttributes(report, attributes)
    let milliseconds = 0
    const millrace = await startMillrace(config, {
      audit: auditTo(err),
      warn: warnTo(err),
      observe: ({ statementSeconds = 0 }) => {
        milliseconds = statementSeconds * 1000
      },
    })
    try {
      const viewer = operatorOf(report, tenantNamed(millrace.tenants, id), attributes)
      const answer = await millrace.reports.read(viewer, report.name, given, { signal })
      if (json) {
        writeJson(out, { ...answer, milliseconds })
        return exitCodes.done
      }
      out.write(answerText(answer, milliseconds, out))
      const lacking = lackingAttributes(report, attributes)
      if (lacking.length > 0) {
        const shown = lacking.map((attribute) => `--attribute ${attribute}=…`).join(' ')
        err.write(`${err.paint('yellow', 'Note')}: the report is restricted; without ${shown} there is no row.\n`)
      }
      return exitCodes.done
    } finally {
      await millrace.close()
    }
  },
}
