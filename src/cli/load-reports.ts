import { join } from 'node:path'
import { glob } from 'tinyglobby'
import { MillraceError } from '../errors.ts'
import { type AnyReport, type Catalog, catalog } from '../report/catalog.ts'
import type { LoadedModule, LoadModule } from './load-module.ts'

/** What stands beside reports and is none. */
const ignored = ['**/node_modules/**', '**/*.d.ts', '**/*.d.mts', '**/*.test.*', '**/*.spec.*']

/**
 * The catalog of the files that a pattern matches, from `folder`, in the order of their names. A file's default export is
 * its report; a file without one may be there for what others import, such as sources. Throws CONFIG_INVALID (no file
 * matches, or none has a report), FILE_INVALID and REPORT_INVALID.
 */
export async function loadReports(pattern: string, folder: string, load: LoadModule): Promise<Catalog> {
  const files = (await glob(pattern, { cwd: folder, ignore: ignored, expandDirectories: false })).sort()
  if (files.length === 0)
    throw new MillraceError('CONFIG_INVALID', `reports: no file matches "${pattern}" in ${folder}`)
  const fileOf = new Map<string, string>()
  const reports: AnyReport[] = []
  for (const file of files) {
    const report = reportOf(file, await load(join(folder, file)))
    if (report === undefined) continue
    const same = fileOf.get(report.name)
    if (same !== undefined) {
      throw new MillraceError('REPORT_INVALID', `two reports are called "${report.name}": in ${same} and in ${file}`)
    }
    fileOf.set(report.name, file)
    reports.push(report)
  }
  if (reports.length === 0) {
    const looked = files.length === 1 ? 'the file has' : `none of the ${files.length} files has`
    throw new MillraceError('CONFIG_INVALID', `reports: "${pattern}" gives no report: ${looked} no default export`)
  }
  return catalog(reports)
}

/** Throws FILE_INVALID where a file was probably meant to have a report, and has none. */
function reportOf(file: string, module: LoadedModule): AnyReport | undefined {
  const refuse = (detail: string): never => {
    throw new MillraceError('FILE_INVALID', `${file}: ${detail}`)
  }
  if ('default' in module) {
    const { default: exported } = module
    if (isReport(exported)) return exported
    return refuse(
      'its default export is not a report: write `export default report({ … })`, or keep it out of `reports`',
    )
  }
  const names = Object.keys(module)
  if (names.length === 0) return refuse('it exports nothing: write `export default report({ … })`')
  const named = names.find((name) => isReport(module[name]))
  if (named === undefined) return undefined
  return refuse(`its report is exported as ${named}: write \`export default\` instead`)
}

function isReport(value: unknown): value is AnyReport {
  const { node } = (typeof value === 'object' && value !== null ? value : {}) as { node?: unknown }
  return node === 'report' || node === 'sqlReport'
}
