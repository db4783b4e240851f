import { Temporal } from 'temporal-polyfill'
import { explainReport } from '../query/explain.ts'
import { startMillrace } from '../start.ts'
import { attributesBy, givenBy } from './assignments.ts'
import { exitCodes } from './exit-code.ts'
import { explanationText } from './explanation-text.ts'
import { loadConfig } from './load-config.ts'
import { givenTenant, refuseUnknownAttributes, reportNamed, tenantNamed } from './operator.ts'
import { type CommonOptions, collect, type Verb, writeJson } from './verb.ts'
import { warnTo } from './warn.ts'

interface ExplainOptions extends CommonOptions {
  readonly tenant?: string
  readonly param?: readonly string[]
  readonly attribute?: readonly string[]
  readonly analyze?: boolean
}

/** `millrace explain`: the statement that a read would run, and the database's plan of it. */
export const explain: Verb<ExplainOptions> = {
  declare(command) {
    command
      .description("show a report's statement and the database's plan of it")
      .argument('<report>', 'the name of the report')
      .option('--tenant <id>', 'whose rows it would read')
      .option('--param <name=value>', 'a parameter or a filter; repeat the name for several values', collect)
      .option('--attribute <name=value,…>', 'an attribute of the viewer that the report is restricted by', collect)
      .option('--analyze', 'run the statement, within the limits of a read, and show what it took')
      .addHelpText('after', '\nExample:\n  millrace explain booking-summary --tenant acme --analyze')
  },

  async act({ folder, out, err, signal }, options, name) {
    const { config: file, json, param = [], attribute = [], analyze = false } = options
    const id = givenTenant(options.tenant)
    const given = givenBy(param)
    const attributes = attributesBy(attribute)
    const config = await loadConfig({ folder, file })
    const report = reportNamed(config.reports, name as string)
    refuseUnknownAttributes(report, attributes)
    // No row is shown, and so there is nothing to audit.
    const millrace = await startMillrace(config, { audit: () => {}, warn: warnTo(err) })
    try {
      const tenant = tenantNamed(millrace.tenants, id)
      const asked = { report, tenant, given, attributes, now: Temporal.Now.instant(), analyze, signal }
      const explanation = await explainReport(millrace.replica, asked)
      if (json) writeJson(out, { report: report.name, tenant: tenant.id, analyzed: analyze, ...explanation })
      else out.write(explanationText({ ...explanation, report, tenant, analyze }, out))
      return exitCodes.done
    } finally {
      await millrace.close()
    }
  },
}
