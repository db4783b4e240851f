import { relative } from 'node:path'
import { createJiti, type Jiti } from 'jiti'
import { MillraceError } from '../errors.ts'
import * as millrace from '../index.ts'
import * as start from '../start.ts'

export type LoadedModule = Readonly<Record<string, unknown>>
export type LoadModule = (file: string) => Promise<LoadedModule>

/**
 * Loads the user's files, in TypeScript or JavaScript. `millrace` in them is this very package, wherever it runs from: what
 * they declare is told by symbols, which another copy of the package would not share.
 *
 * Throws FILE_INVALID, or what the file itself throws where that is a MillraceError; either names the file, from `folder`.
 */
export function moduleLoader(folder: string): LoadModule {
  const jiti: Jiti = createJiti(import.meta.url, {
    virtualModules: { millrace, 'millrace/start': start },
    // Its place may be a folder that others write to, and what is read from it runs.
    fsCache: false,
  })
  return async (file) => {
    try {
      // Its own exports alone: jiti gives a module without a default export one of its own making.
      return { ...(await jiti.import<LoadedModule>(file)) }
    } catch (error) {
      throw failureIn(relative(folder, file), error)
    }
  }
}

function failureIn(file: string, cause: unknown): MillraceError {
  if (cause instanceof MillraceError)
    return new MillraceError(cause.code, `${file}: ${cause.detail}`, { cause: cause.cause })
  const { message = '', code } = (cause ?? {}) as { message?: unknown; code?: unknown }
  const [first = '', second = ''] = String(message)
    .split('\n')
    .map((line) => line.trim())
  const place = /:(\d+:\d+)$/.exec(second)?.[1]
  const said =
    code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND' ? `${first}: install it, or correct the path` : first
  return new MillraceError('FILE_INVALID', `${file}${place === undefined ? '' : `:${place}`}: ${said}`, { cause })
}
