import { MillraceError } from '../errors.ts'
import { check as checkCatalog } from '../query/check.ts'
import { reasonsOf, targetFindings } from '../query/check-target.ts'
import { type Finding, warning } from '../query/finding.ts'
import { startMillrace } from '../start.ts'
import type { Checked } from './checked.ts'
import { exitCodes } from './exit-code.ts'
import { findingsText } from './findings-text.ts'
import { type LoadedConfig, loadConfig } from './load-config.ts'
import type { Output } from './output.ts'
import { progressOn } from './progress.ts'
import { type Verb, writeJson } from './verb.ts'

/** `millrace check`: the configuration, the target and every report, against the database that would answer. */
export const check: Verb = {
  declare(command) {
    command
      .description('check the target and every report against the database')
      .addHelpText(
        'after',
        '\nIt reads and changes nothing. The exit code is 1 where there is an error; a warning is none.',
      )
  },

  async act({ folder, out, err, signal }, { config: file, json }) {
    const config = await loadConfig({ folder, file })
    const checked = await checkDeployment(config, err, signal)
    const { reports, tenants, findings } = checked
    const errors = findings.filter(({ severity }) => severity === 'error').length
    const warnings = findings.length - errors
    if (json) writeJson(out, { reports, tenants: tenants ?? null, errors, warnings, findings })
    else out.write(findingsText(checked, out))
    return errors === 0 ? exitCodes.done : exitCodes.failed
  },
}

/** Throws what keeps it from asking: the secret, or a target that cannot be reached. */
async function checkDeployment(config: LoadedConfig, err: Output, signal: AbortSignal): Promise<Checked> {
  const reports = config.reports.reports.length
  const findings: Finding[] = []
  const progress = progressOn(err)
  try {
    progress.show('the target')
    const millrace = await startMillrace(config, {
      audit: () => {},
      warn: (message, about) =>
        findings.push(
          ...(about === 'target'
            ? targetFindings('warning', [message])
            : [warning('tenants', message, 'correct the row, or the names of the columns in `tenants`')]),
        ),
    })
    try {
      const tenants = millrace.tenants.list()
      const { replica, catalog } = millrace
      findings.push(...(await checkCatalog({ catalog, replica, tenants, progress: progress.show, signal })))
      return { reports, tenants: tenants.length, findings }
    } finally {
      await millrace.close()
    }
  } catch (error) {
    if (!(error instanceof MillraceError) || error.code !== 'TARGET_REFUSED') throw error
    // Nothing is read from a target that is not what the secret declares.
    return { reports, tenants: undefined, findings: [...findings, ...targetFindings('error', reasonsOf(error.detail))] }
  } finally {
    progress.end()
  }
}
