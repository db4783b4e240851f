import fc from 'fast-check'
import { seed } from './seed.ts'

// Of every property that does not say another; a failing one prints it.
fc.configureGlobal({ seed })
