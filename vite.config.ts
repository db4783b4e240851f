import { defineConfig } from 'vite'

/** Bundles the custom elements into one module that a page loads as it is. */
export default defineConfig({
  publicDir: false,
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
      output: { format: 'es', entryFileNames: 'millrace-elements.js' },
    },
  },
})
