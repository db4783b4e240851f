import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { build } from 'vite'

export interface PageFile {
  readonly type: string
  readonly body: string
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/**
 * Everything that the page is made of, by its path. The elements are bundled from their source, so that the demo runs
 * without a build; a product serves `millrace/elements` as it was published.
 */
export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const folder = join(import.meta.dirname, 'page')
  const [names, elements] = await Promise.all([readdir(folder), bundleElements()])
  const files = await Promise.all(
    names.map(async (name): Promise<[string, PageFile]> => {
      const type = types[extname(name)] ?? 'application/octet-stream'
      return [name === 'index.html' ? '/' : `/${name}`, { type, body: await readFile(join(folder, name), 'utf8') }]
    }),
  )
  return new Map([...files, ['/millrace-elements.js', { type: types['.js'] as string, body: elements }]])
}

/** The module of the custom elements. */
export async function bundleElements(): Promise<string> {
  const root = join(import.meta.dirname, '../..')
  const built = await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    build: { write: false, sourcemap: false },
  })
  const [bundle] = 'output' in built ? built.output : []
  if (bundle === undefined) throw new Error('the elements were not bundled')
  return bundle.code
}
