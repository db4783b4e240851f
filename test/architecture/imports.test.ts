import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

/** What each folder of `src/` may import: other folders, and packages. `errors.ts` is everybody's. */
const rules: Readonly<
  Record<string, { folders: readonly string[]; types?: readonly string[]; packages: readonly string[] }>
> = {
  report: { folders: [], packages: ['temporal-polyfill'] },
  rollup: { folders: ['report'], packages: ['temporal-polyfill', 'node:crypto'] },
  store: {
    folders: ['report', 'secret'],
    packages: ['pg', '@aws-sdk/client-dynamodb', 'fast-check', 'vitest', 'node:'],
  },
  replication: { folders: ['report', 'secret', 'store'], packages: ['pg', 'zod', 'node:'] },
  fold: {
    folders: ['report', 'rollup', 'replication', 'store', 'tenancy', 'secret'],
    packages: ['pg', 'zod', 'temporal-polyfill', 'lru-cache', 'node:'],
  },
  tenancy: { folders: [], packages: ['zod'] },
  access: { folders: [], packages: ['zod', 'jose', 'lru-cache', 'node:'] },
  secret: { folders: [], packages: ['zod', '@aws-sdk/client-secrets-manager', 'node:'] },
  query: { folders: ['report', 'tenancy', 'secret'], packages: ['pg', 'temporal-polyfill', 'node:'] },
  capacity: { folders: ['report', 'rollup', 'store'], packages: ['zod'] },
  engines: { folders: ['report', 'store'], packages: [] },
  http: {
    folders: ['report', 'access', 'tenancy'],
    packages: ['fastify', 'pino', 'prom-client', 'temporal-polyfill', 'zod', 'node:'],
  },
  client: { folders: [], types: ['report', 'http'], packages: [] },
  elements: { folders: ['client'], types: ['report', 'http'], packages: ['lit', 'react', 'd3-array'] },
  embedded: { folders: [], packages: ['pg', 'node:'] },
}

interface Import {
  readonly file: string
  readonly from: string
  readonly isType: boolean
}

const src = resolve('src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
)
const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(src, file), 'utf8')
  const found = text.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)/gm)
  return [...found].map(([, type, from, dynamic]) => ({
    file,
    from: (from ?? dynamic) as string,
    isType: type !== undefined,
  }))
})
const target = ({ file, from }: Import): string => relative(src, resolve(src, dirname(file), from))
const folderOf = (file: string): string | undefined => (file.includes('/') ? file.split('/')[0] : undefined)

test('each folder imports only what its place in the architecture allows', () => {
  const broken = imports.flatMap((each) => {
    const folder = folderOf(each.file)
    const rule = folder === undefined ? undefined : rules[folder]
    if (folder === undefined || folder === 'cli') return []
    if (rule === undefined) return [`${folder}/ has no rule`]
    if (!each.from.startsWith('.')) {
      const known = rule.packages.some(
        (name) => each.from === name || each.from.startsWith(name.endsWith(':') ? name : `${name}/`),
      )
      return known ? [] : [`${each.file} imports ${each.from}`]
    }
    const to = target(each)
    const other = folderOf(to)
    if (to === 'errors.ts' || other === folder || rule.folders.includes(other ?? '')) return []
    return each.isType && rule.types?.includes(other ?? '') ? [] : [`${each.file} imports ${to}`]
  })
  expect(broken).toEqual([])
})

test('nothing that is shipped imports the embedded servers', () => {
  expect(imports.filter((each) => folderOf(target(each)) === 'embedded' && folderOf(each.file) !== 'embedded')).toEqual(
    [],
  )
})

test('there is no cycle of imports', () => {
  const graph = new Map<string, string[]>()
  for (const each of imports) {
    if (!each.isType && each.from.startsWith('.')) graph.set(each.file, [...(graph.get(each.file) ?? []), target(each)])
  }
  const cycles: string[] = []
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '))
    else if (!done.has(file)) {
      for (const next of graph.get(file) ?? []) visit(next, [...path, file])
      done.add(file)
    }
  }
  for (const file of files) visit(file, [])
  expect(cycles).toEqual([])
})
