import { defineConfig, type Plugin } from 'vite'

/** Templates and styles go to every reader: without what only whoever writes them reads. */
const compactTemplates: Plugin = {
  name: 'compact-templates',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('/src/elements/')) return null
    const text = id.includes('/styles/') ? plainStyle(code) : code
    return { code: text.replaceAll(/(?<=\n)[ \t]+/g, ''), map: null }
  },
}

/** A style without values needs nothing of the tag, which would bring along the words of its refusals. */
const plainStyle = (code: string): string =>
  code
    .replace("import { css } from 'lit'", "import { unsafeCSS } from 'lit'")
    .replaceAll(/css`([^`]*)`/g, (_, style: string) => `unsafeCSS(\`${compactStyle(style)}\`)`)

function compactStyle(style: string): string {
  return style
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([{};,>]) ?|(?<=:) /g, '$1')
    .replaceAll(';}', '}')
    .replaceAll(/(?<![\d.])0(?=\.\d)/g, '')
}

/** Bundles the custom elements into one module that a page loads as it is. */
export default defineConfig({
  publicDir: false,
  plugins: [compactTemplates],
  // Without `development`, whatever NODE_ENV says: Lit's own development build is slower, and warns of itself.
  resolve: { conditions: ['module', 'browser', 'production'] },
  build: {
    target: 'es2023',
    outDir: 'dist/elements',
    emptyOutDir: false,
    sourcemap: true,
    modulePreload: false,
    rolldownOptions: {
      input: 'src/elements/define.ts',
      preserveEntrySignatures: 'strict',
      // d3-array makes some functions when it is loaded, which nobody asks for.
      treeshake: { manualPureFunctions: ['bisector'], propertyReadSideEffects: false },
      output: { format: 'es', entryFileNames: 'millrace-elements.js' },
    },
  },
})
