import { basename, dirname } from 'node:path'
import { type Config, catalogOf, defineConfig } from '../config.ts'
import { MillraceError } from '../errors.ts'
import type { Catalog } from '../report/catalog.ts'
import { findConfig } from './find-config.ts'
import { moduleLoader } from './load-module.ts'
import { loadReports } from './load-reports.ts'

/** A configuration whose reports are loaded. */
export interface LoadedConfig extends Omit<Config, 'reports'> {
  readonly reports: Catalog
}

export interface LoadConfigOptions {
  /** Where the command runs. */
  readonly folder: string
  /** What `--config` names, from there. */
  readonly file?: string | undefined
}

/**
 * Finds and loads the configuration, and the reports that it names. Throws CONFIG_MISSING, CONFIG_INVALID, FILE_INVALID and
 * REPORT_INVALID.
 */
export async function loadConfig({ folder, file: named }: LoadConfigOptions): Promise<LoadedConfig> {
  const file = findConfig(folder, named)
  const load = moduleLoader(dirname(file))
  const { default: exported } = await load(file)
  if (typeof exported !== 'object' || exported === null) {
    const detail = 'its default export is not a configuration: write `export default defineConfig({ … })`'
    throw new MillraceError('FILE_INVALID', `${basename(file)}: ${detail}`)
  }
  const config: Config = defineConfig(exported as Config)
  const { reports } = config
  const loaded = typeof reports === 'string' ? await loadReports(reports, dirname(file), load) : catalogOf(reports)
  return { ...config, reports: loaded }
}
