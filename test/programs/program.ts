import { join } from 'node:path'
import { inject } from 'vitest'

/** A program of test/programs/tsconfig.json as `compile.ts` has compiled it, by its path in the project. */
export const program = (path: string): string => join(inject('programs'), path.replace(/\.ts$/, '.js'))
