import { defineConfig } from 'vite'

/** Bundles the custom elements into one module that a page loads as it is. */
export default defineConfig({
  publicDir: false,
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
