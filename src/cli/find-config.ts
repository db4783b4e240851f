import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { MillraceError } from '../errors.ts'

const names = ['millrace.config.ts', 'millrace.config.mts', 'millrace.config.js', 'millrace.config.mjs']

/**
 * The configuration's file: what `--config` names; otherwise the first that is found from `folder` upward. Throws
 * CONFIG_MISSING.
 */
export function findConfig(folder: string, named: string | undefined): string {
  if (named !== undefined) {
    const file = resolve(folder, named)
    if (!existsSync(file)) throw new MillraceError('CONFIG_MISSING', `--config: there is no file ${named}`)
    if (!statSync(file).isFile()) throw new MillraceError('CONFIG_MISSING', `--config: ${named} is not a file`)
    return file
  }
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = names.map((name) => join(at, name)).find((file) => existsSync(file))
    if (found !== undefined) return found
    if (dirname(at) === at) break
  }
  throw new MillraceError('CONFIG_MISSING', `no millrace.config.ts (.mts, .js, .mjs) in ${folder} or above it`)
}
