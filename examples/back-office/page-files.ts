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
  const [names, elements, page] = await Promise.all([readdir(folder), bundleElements(), bundlePage(folder)])
  const files = await Promise.all(
    names.map(async (name): Promise<[string, PageFile]> => {
      const type = types[extname(name)] ?? 'application/octet-stream'
      return [name === 'index.html' ? '/' : `/${name}`, { type, body: await readFile(join(folder, name), 'utf8') }]
    }),
  )
  const type = types['.js'] as string
  return new Map([
    ...files,
    ['/back-office.js', { type, body: page }],
    ['/millrace-elements.js', { type, body: elements }],
  ])
}

/** The page's own modules as one, so that a browser asks for one. */
async function bundlePage(folder: string): Promise<string> {
  return codeOf(
    await build({
      root: folder,
      configFile: false,
      logLevel: 'error',
      build: {
        write: false,
        lib: { entry: '/back-office.js', formats: ['es'] },
        rollupOptions: { external: '/millrace-elements.js' },
      },
    }),
  )
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
  return codeOf(built)
}

function codeOf(built: Awaited<ReturnType<typeof build>>): string {
  const [first] = Array.isArray(built) ? built : [built]
  const bundle = first !== undefined && 'output' in first ? first.output[0] : undefined
  if (bundle === undefined) throw new Error('nothing was bundled')
  return bundle.code
}
